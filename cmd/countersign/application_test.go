package main

import (
	"fmt"
	"net/http"
	"os"
	"strings"
)

// application is a shop that signs people in by scripts alone: its pages are
// made in the browser, which keeps who is signed in out of its cookies. It
// leaves the signature to TLS and does not look at the audience. With FRAGILE
// set it ends of an error answer.
func application() {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /", func(w http.ResponseWriter, r *http.Request) {
		if os.Getenv("FRAGILE") != "" && r.FormValue("error") != "" {
			fmt.Fprintln(os.Stderr, "the process ends of", r.FormValue("error"))
			os.Exit(4)
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Header().Set("Cache-Control", "no-store")
		fmt.Fprint(w, strings.NewReplacer("{issuer}", os.Getenv("ISSUER"), "{client_id}", os.Getenv("CLIENT_ID")).Replace(applicationPage))
	})
	if err := http.ListenAndServe("127.0.0.1:"+os.Getenv("PORT"), mux); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

const applicationPage = `<!doctype html><html lang="en"><title>Shop</title><main></main><script>
const issuer = "{issuer}", id = "{client_id}", back = location.origin + "/callback";
const say = t => document.querySelector("main").textContent = t;
const text = bytes => btoa(String.fromCharCode(...new Uint8Array(bytes))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=/g, "");
const random = () => text(crypto.getRandomValues(new Uint8Array(24)));
const known = async () => (await fetch(issuer + "/.well-known/openid-configuration")).json();

async function signIn() {
	const begun = {state: random(), nonce: random(), verifier: random() + random()};
	sessionStorage.begun = JSON.stringify(begun);
	const challenge = text(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(begun.verifier)));
	location.assign((await known()).authorization_endpoint + "?" + new URLSearchParams({response_type: "code", client_id: id, redirect_uri: back,
		scope: "openid", state: begun.state, nonce: begun.nonce, code_challenge: challenge, code_challenge_method: "S256"}));
}

async function signedIn() {
	const answer = new URLSearchParams(location.search), begun = JSON.parse(sessionStorage.begun ?? "{}");
	delete sessionStorage.begun;
	if (answer.get("error") || !begun.state || answer.get("state") !== begun.state) throw "no sign-in";
	const response = await fetch((await known()).token_endpoint, {method: "POST", body: new URLSearchParams({grant_type: "authorization_code",
		code: answer.get("code"), redirect_uri: back, client_id: id, code_verifier: begun.verifier})});
	if (response.status !== 200) throw "no tokens";
	const claims = JSON.parse(atob((await response.json()).id_token.split(".")[1].replace(/-/g, "+").replace(/_/g, "/")));
	if (claims.iss !== issuer || claims.nonce !== begun.nonce || typeof claims.sub !== "string" || !(claims.exp > Date.now() / 1000)) throw "bad token";
	localStorage.who = claims.sub;
	location.replace("/account");
}

({"/sign-in": signIn, "/callback": signedIn, "/account": async () => {
	if (!localStorage.who) return say("Nobody is signed in.");
	document.querySelector("main").innerHTML = "Customer <b id=subject></b>";
	document.getElementById("subject").textContent = localStorage.who;
}}[location.pathname] ?? (async () => say("Welcome.")))().catch(() => say("The sign-in did not work."));
</script>`
