package browser

import (
	"context"
	"maps"
	"net/http"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/network"
)

// scriptsTimeout is how long a page may wait for what its scripts asked for
// before it is taken as it is.
const scriptsTimeout = 10 * time.Second

// unreadTimeout is how long the next part of an answer may take before the
// script is taken not to read it.
const unreadTimeout = 200 * time.Millisecond

// idleScript comes back when the page is loaded and drawn and its scripts have
// nothing to do: an answer that has just come is worked off by then.
const idleScript = `(async () => {
	if (document.readyState !== "complete") await new Promise(r => addEventListener("load", r, {once: true}));
	await new Promise(r => { requestAnimationFrame(r); setTimeout(r, 500); });
	await new Promise(r => requestIdleCallback(r, {timeout: 500}));
	await new Promise(r => setTimeout(r));
})()`

// scriptsRest waits until the scripts of a page have come to rest: those that
// sign in, or show who did, go on after the page was parsed. It returns at once
// when they lead elsewhere.
func (s *Session) scriptsRest(ctx context.Context, loader cdp.LoaderID) {
	ctx, cancel := context.WithTimeout(ctx, s.patience)
	defer cancel()
	for {
		asked, stays := s.waitScripts(ctx, loader)
		if !stays || s.Eval(ctx, idleScript, nil) != nil || s.rec.asked() == asked {
			return
		}
	}
}

// waitScripts waits until no answer to a script is out, and says how many
// requests there were so far. stays is false when the page is about to go, or
// time is up.
func (s *Session) waitScripts(ctx context.Context, loader cdp.LoaderID) (asked int, stays bool) {
	for {
		s.rec.mu.Lock()
		asked, stays = s.rec.scripts.asked, !s.rec.pending && s.rec.document == loader
		open, unread, changed := len(s.rec.scripts.open), s.rec.scripts.unread(), s.rec.changed
		s.rec.mu.Unlock()
		if open == 0 || !stays {
			return asked, stays
		}
		var late <-chan time.Time
		if unread {
			late = time.After(unreadTimeout)
		}
		select {
		case <-changed:
		case <-late:
			return asked, true
		case <-ctx.Done():
			return asked, false
		}
	}
}

// arrives is told of each part of an answer. Few scripts read what comes with an
// error, and those that do have it at once.
func (r *recorder) arrives(id network.RequestID, status int64) {
	if status >= http.StatusBadRequest {
		r.finish(id)
	} else if r.scripts.answer(id) {
		r.signal()
	}
}

// finish is told of the end of each request; a script may have waited for it.
func (r *recorder) finish(id network.RequestID) {
	if r.scripts.end(id) {
		r.signal()
	}
}

// asked counts the requests of scripts so far.
func (r *recorder) asked() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.scripts.asked
}

// scripted are the requests that scripts make, and frames. The zero value is
// none.
type scripted struct {
	asked int // so far
	open  map[network.RequestID]scriptedRequest
}

type scriptedRequest struct {
	loader   cdp.LoaderID
	answered bool // as far as the headers
}

// awaited are the kinds of requests that decide what a page shows.
var awaited = map[network.ResourceType]bool{
	network.ResourceTypeFetch: true, network.ResourceTypeXHR: true,
	network.ResourceTypeScript: true, network.ResourceTypeDocument: true,
}

func (s *scripted) begin(ev *network.EventRequestWillBeSent) {
	if !awaited[ev.Type] {
		return
	}
	if s.open == nil {
		s.open = map[network.RequestID]scriptedRequest{}
	}
	s.asked++
	s.open[ev.RequestID] = scriptedRequest{loader: ev.LoaderID}
}

// answer reports whether the request was one of them: its headers are there, or
// a part of its body.
func (s *scripted) answer(id network.RequestID) bool {
	r, is := s.open[id]
	if is {
		r.answered = true
		s.open[id] = r
	}
	return is
}

// unread reports whether all that is out is the bodies of answers. One that the
// script does not read has no end.
func (s *scripted) unread() bool {
	for _, r := range s.open {
		if !r.answered {
			return false
		}
	}
	return true
}

// end reports whether the request was one of them.
func (s *scripted) end(id network.RequestID) bool {
	_, was := s.open[id]
	delete(s.open, id)
	return was
}

// leave forgets what other pages asked for than the one that is shown. Its
// frames are lost with them: a page is not loaded before they are.
func (s *scripted) leave(shown cdp.LoaderID) {
	maps.DeleteFunc(s.open, func(_ network.RequestID, r scriptedRequest) bool { return r.loader != shown })
}
