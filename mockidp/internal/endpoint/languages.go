package endpoint

var english = texts{
	Language: "en",

	SignIn: "Sign in", ContinueTo: "to continue to", Username: "Username", Password: "Password", Cancel: "Cancel",
	NoAccount: "No account yet?", Register: "Register", HaveAccount: "Registered already?",
	Name: "Name (optional)", Email: "E-mail address (optional)",
	SecondFactor: "Enter your code", SecondFactorHint: "A second factor is needed for", Code: "Code", Confirm: "Confirm",
	ChooseAccount: "Choose an account", OtherAccount: "Use another account",
	Consent: "Allow access?", SignedInAs: "Signed in as", AsksFor: "asks for:", Allow: "Allow", Deny: "Deny",
	FormPost: "Back to the application", FormPostHint: "This page sends you there by itself.", Continue: "Continue",
	Error:         "This request cannot be served",
	WrongPassword: "The username or the password is wrong.", WrongCode: "The code is wrong.",
	UsernameTaken: "This username cannot be had. Choose another.",
	BadUsername:   "Choose a username of at most 255 characters, without spaces around it.",
	BadPassword:   "Choose a password.", BadEmail: "The e-mail address is not one.",

	OpenID: "Who you are here", Profile: "Your name and profile", EmailScope: "Your e-mail address", Address: "Your postal address",
	Phone: "Your telephone number", Offline: "Access while you are away", Claim: "Your",
}

var german = texts{
	Language: "de",

	SignIn: "Anmelden", ContinueTo: "weiter zu", Username: "Benutzername", Password: "Passwort", Cancel: "Abbrechen",
	NoAccount: "Noch kein Konto?", Register: "Registrieren", HaveAccount: "Schon registriert?",
	Name: "Name (freiwillig)", Email: "E-Mail-Adresse (freiwillig)",
	SecondFactor: "Code eingeben", SecondFactorHint: "Ein zweiter Faktor ist nötig für", Code: "Code", Confirm: "Bestätigen",
	ChooseAccount: "Konto wählen", OtherAccount: "Anderes Konto",
	Consent: "Zugriff erlauben?", SignedInAs: "Angemeldet als", AsksFor: "bittet um:", Allow: "Erlauben", Deny: "Ablehnen",
	FormPost: "Zurück zur Anwendung", FormPostHint: "Diese Seite leitet von selbst weiter.", Continue: "Weiter",
	Error:         "Diese Anfrage kann nicht bedient werden",
	WrongPassword: "Benutzername oder Passwort ist falsch.", WrongCode: "Der Code ist falsch.",
	UsernameTaken: "Dieser Benutzername ist nicht zu haben. Bitte einen anderen wählen.",
	BadUsername:   "Bitte einen Benutzernamen von höchstens 255 Zeichen wählen, ohne Leerzeichen am Rand.",
	BadPassword:   "Bitte ein Passwort wählen.", BadEmail: "Das ist keine E-Mail-Adresse.",

	OpenID: "Wer Sie hier sind", Profile: "Ihr Name und Profil", EmailScope: "Ihre E-Mail-Adresse", Address: "Ihre Postanschrift",
	Phone: "Ihre Telefonnummer", Offline: "Zugriff in Ihrer Abwesenheit", Claim: "Angabe:",
}

var french = texts{
	Language: "fr",

	SignIn: "Se connecter", ContinueTo: "pour continuer vers", Username: "Nom d’utilisateur", Password: "Mot de passe", Cancel: "Annuler",
	NoAccount: "Pas encore de compte ?", Register: "S’inscrire", HaveAccount: "Déjà inscrit ?",
	Name: "Nom (facultatif)", Email: "Adresse e-mail (facultatif)",
	SecondFactor: "Saisissez votre code", SecondFactorHint: "Un second facteur est demandé pour", Code: "Code", Confirm: "Confirmer",
	ChooseAccount: "Choisissez un compte", OtherAccount: "Un autre compte",
	Consent: "Autoriser l’accès ?", SignedInAs: "Connecté en tant que", AsksFor: "demande :", Allow: "Autoriser", Deny: "Refuser",
	FormPost: "Retour à l’application", FormPostHint: "Cette page vous y ramène d’elle-même.", Continue: "Continuer",
	Error:         "Cette demande ne peut pas être servie",
	WrongPassword: "Le nom d’utilisateur ou le mot de passe est faux.", WrongCode: "Le code est faux.",
	UsernameTaken: "Ce nom d’utilisateur n’est pas disponible. Choisissez-en un autre.",
	BadUsername:   "Choisissez un nom d’utilisateur de 255 caractères au plus, sans espaces autour.",
	BadPassword:   "Choisissez un mot de passe.", BadEmail: "Ce n’est pas une adresse e-mail.",

	OpenID: "Qui vous êtes ici", Profile: "Votre nom et votre profil", EmailScope: "Votre adresse e-mail", Address: "Votre adresse postale",
	Phone: "Votre numéro de téléphone", Offline: "L’accès en votre absence", Claim: "Donnée :",
}
