package endpoint

import (
	"crypto/sha256"
	_ "embed" // the script is a file, so that editors know it for JavaScript
	"encoding/base64"
	"html/template"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/countersign-oidc/countersign/mockidp/journal"
)

// onwardJS goes on to the relying party once all frames have loaded, or after
// onwardSeconds.
//
//go:embed onward.js
var onwardJS string

// onwardSeconds is how long the page waits for frames. Without JavaScript it
// always waits that long.
const onwardSeconds = 3

type framesView struct {
	Text    string // in place of the standard one
	Frames  []template.URL
	Onward  template.URL // empty without a destination
	Seconds int
	Script  template.JS
}

// frames are the front-channel logout requests of the clients that a session
// signed in to (OpenID Connect Front-Channel Logout 1.0, section 3). Each is
// recorded, for the browser makes it.
func (e *EndSession) frames(left []Notice) []string {
	var out []string
	for _, n := range left {
		client, known := e.Directory.Client(n.Client)
		if !known || client.FrontChannelLogoutURI == "" {
			continue
		}
		to := &Redirect{To: client.FrontChannelLogoutURI}
		if client.FrontChannelLogoutSession {
			to.Params = []Param{{"iss", e.Site.Issuer}, {"sid", n.SID}}
		}
		x := e.router.begin(journal.FrontChannelLogout, n.Client, n.User)
		x.aim(to, http.MethodGet)
		x.Entry.Location, x.Entry.Sent = to.location(), true
		e.router.close(x)
		for range max(to.times, 1) {
			out = append(out, to.location())
		}
	}
	return out
}

// framed is the page that loads the frames and then goes on to a destination,
// if there is one. Its policy lets in nothing but the origins of the frames.
func (e *EndSession) framed(x *Exchange, frames []string, onward *Redirect) Response {
	view := framesView{Text: x.logout.SignedOut, Seconds: onwardSeconds, Script: template.JS(onwardJS)}
	for _, f := range frames {
		view.Frames = append(view.Frames, template.URL(f))
	}
	name, policy := "signed-out", ""
	if onward != nil {
		x.spoilRedirect(onward)
		view.Onward = template.URL(onward.location())
		name, policy = "signing-out", "; script-src '"+digest(onwardJS)+"'"
	}
	resp := e.Pages.render(x, http.StatusOK, name, view)
	resp.Header.Set("Content-Security-Policy",
		resp.Header.Get("Content-Security-Policy")+policy+"; frame-src "+strings.Join(frameSources(frames), " "))
	return resp
}

// frameSources are the origins of frames as sources of a content security
// policy, each once.
func frameSources(frames []string) []string {
	var out []string
	for _, f := range frames {
		u, err := url.Parse(f)
		if err != nil {
			continue
		}
		source := u.Scheme + "://" + u.Host
		if strings.HasPrefix(u.Host, "[") {
			// A source cannot name an IPv6 address: only its scheme is left.
			source = u.Scheme + ":"
		}
		if !slices.Contains(out, source) {
			out = append(out, source)
		}
	}
	return out
}

// digest is a script or style as a source of a content security policy.
func digest(text string) string {
	sum := sha256.Sum256([]byte(text))
	return "sha256-" + base64.StdEncoding.EncodeToString(sum[:])
}
