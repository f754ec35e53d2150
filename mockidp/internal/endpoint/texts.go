package endpoint

import (
	"strings"

	"github.com/countersign-oidc/countersign/mockidp/protocol"
)

// texts are the words of the pages in one language.
type texts struct {
	Language string // BCP 47

	SignIn, ContinueTo, Username, Password, Cancel, NoAccount, Register, HaveAccount string
	Name, Email                                                                      string
	SecondFactor, SecondFactorHint, Code, Confirm                                    string
	ChooseAccount, OtherAccount                                                      string
	Consent, SignedInAs, AsksFor, Allow, Deny                                        string
	FormPost, FormPostHint, Continue                                                 string
	Error                                                                            string
	WrongPassword, WrongCode, UsernameTaken, BadUsername, BadPassword, BadEmail      string

	OpenID, Profile, EmailScope, Address, Phone, Offline, Claim string
}

// languages are the languages of the pages, the usual one first.
func languages() []string { return []string{english.Language, german.Language, french.Language} }

func textsIn(language string) texts {
	switch language {
	case german.Language:
		return german
	case french.Language:
		return french
	default:
		return english
	}
}

// texts are the words in the language of the exchange.
func (x *Exchange) texts() texts { return textsIn(x.language) }

// pickLanguage is the first of the wanted locales that there are pages in, or
// "" (OpenID Connect Core 1.0, section 3.1.2.1). Regions make no difference.
func pickLanguage(locales string) string {
	for _, locale := range protocol.SplitScope(locales) {
		language, _, _ := strings.Cut(strings.ToLower(locale), "-")
		for _, known := range languages() {
			if language == known {
				return known
			}
		}
	}
	return ""
}

// asked words what a client asks for. A claim that no scope stands for goes by
// its name.
func (t texts) asked(names []string) []string {
	words := map[string]string{
		protocol.ScopeOpenID: t.OpenID, protocol.ScopeProfile: t.Profile, protocol.ScopeEmail: t.EmailScope,
		protocol.ScopeAddress: t.Address, protocol.ScopePhone: t.Phone, protocol.ScopeOffline: t.Offline,
	}
	var out []string
	for _, name := range names {
		if text, ok := words[name]; ok {
			out = append(out, text)
		} else {
			out = append(out, t.Claim+" "+name)
		}
	}
	return out
}
