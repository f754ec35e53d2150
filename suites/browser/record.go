package browser

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"

	"github.com/countersign-oidc/countersign/suites/attempt"
)

// recorder follows the events of a tab. Its fields are what has been seen so
// far; changed is closed and replaced at each step of a navigation.
type recorder struct {
	mu     sync.Mutex
	frame  cdp.FrameID
	record attempt.Record
	ids    []network.RequestID // of record.Requests
	// cookies are the Set-Cookie headers of the answers to a request, one for
	// each hop. They come in events of their own, in no order with the others.
	cookies map[network.RequestID][]string
	// began are the requests of which an answer's body has come in part.
	began   map[network.RequestID]bool
	changed chan struct{}

	// pending is true from the start of a navigation of the main frame until
	// its document is parsed; document is the last document that was.
	pending  bool
	document cdp.LoaderID
	// navigating is the navigation that is pending; aborted counts those that
	// ended without a document: a download, an empty answer, a redirect that
	// the browser refuses.
	navigating cdp.LoaderID
	aborted    int
	dialog     func()
	scripts    scripted
	// frames is true once a page had a frame in it, and origins are those that
	// were asked for something, true for those with a page that has scripts; both
	// also before a reset: a page lives on.
	frames  bool
	origins map[string]bool
}

func newRecorder(frame cdp.FrameID) *recorder {
	r := &recorder{frame: frame, changed: make(chan struct{}), origins: map[string]bool{}}
	r.reset()
	return r
}

// see takes one event. chromedp calls it for each event in order and waits for
// it, so it does nothing slow.
func (r *recorder) see(ev any) {
	r.mu.Lock()
	defer r.mu.Unlock()
	switch ev := ev.(type) {
	case *network.EventRequestWillBeSent:
		r.request(ev)
	case *network.EventResponseReceived:
		r.answer(ev.RequestID, ev.Response)
		r.arrives(ev.RequestID, ev.Response.Status)
	case *network.EventResponseReceivedExtraInfo:
		r.cookies[ev.RequestID] = append(r.cookies[ev.RequestID], setCookie(ev.Headers))
	case *network.EventDataReceived:
		r.began[ev.RequestID] = true
		r.arrives(ev.RequestID, http.StatusOK)
	case *network.EventLoadingFinished:
		r.finish(ev.RequestID)
	case *network.EventLoadingFailed:
		r.fail(ev)
		r.finish(ev.RequestID)
	case *page.EventFrameAttached:
		r.frames = true
	case *page.EventFrameStartedNavigating:
		if ev.FrameID == r.frame && ev.NavigationType != page.FrameStartedNavigatingNavigationTypeSameDocument {
			r.navigating = ev.LoaderID
			r.begin()
		}
	case *page.EventFrameRequestedNavigation:
		if ev.FrameID == r.frame && !sameDocument(ev) {
			r.begin()
		}
	case *page.EventLifecycleEvent:
		if ev.FrameID == r.frame && ev.Name == "DOMContentLoaded" {
			r.parsed(ev.LoaderID)
		}
	case *page.EventJavascriptDialogOpening:
		r.record.Dialogs = append(r.record.Dialogs, ev.Message)
		if r.dialog != nil {
			go r.dialog()
		}
	case *runtime.EventConsoleAPICalled:
		r.say(consoleText(ev))
	case *runtime.EventExceptionThrown:
		r.say("uncaught: " + ev.ExceptionDetails.Text)
	}
}

// sameDocument is true for a link to a fragment of the page that is shown: it
// navigates without a new document.
func sameDocument(ev *page.EventFrameRequestedNavigation) bool {
	return ev.Reason == page.ClientNavigationReasonAnchorClick && strings.Contains(ev.URL, "#")
}

func (r *recorder) say(line string) {
	r.record.Console = append(r.record.Console, line)
	r.record.Said = append(r.record.Said, time.Now())
}

func (r *recorder) begin() {
	r.pending = true
	r.signal()
}

func (r *recorder) parsed(loader cdp.LoaderID) {
	r.scripts.leave(loader)
	r.document = loader
	r.pending = false
	r.signal()
}

func (r *recorder) signal() {
	close(r.changed)
	r.changed = make(chan struct{})
}

func (r *recorder) request(ev *network.EventRequestWillBeSent) {
	if ev.RedirectResponse != nil {
		r.answer(ev.RequestID, ev.RedirectResponse)
	}
	if o := attempt.Origin(ev.Request.URL); strings.HasPrefix(o, "http") {
		if !r.origins[o] {
			r.origins[o] = false // asked: whether its pages have scripts is seen later
		}
	}
	document := ev.Type == network.ResourceTypeDocument && ev.FrameID == r.frame
	if !document {
		r.scripts.begin(ev)
	}
	r.ids = append(r.ids, ev.RequestID)
	r.record.Requests = append(r.record.Requests, attempt.Request{
		At: clocked(ev.WallTime.Float64()*1000, time.Time{}), Method: ev.Request.Method, URL: ev.Request.URL + ev.Request.URLFragment,
		Document: document,
	})
}

// clocked is a time that the browser gives in milliseconds, since events reach
// us late. An answer out of its cache has the time of long ago; then it is now.
func clocked(ms float64, earliest time.Time) time.Time {
	now, at := time.Now(), time.UnixMicro(int64(ms*1000))
	if ms <= 0 || at.After(now) || at.Before(earliest) {
		return now
	}
	return at
}

// answer belongs to the last request with the ID: redirects keep their ID.
func (r *recorder) answer(id network.RequestID, resp *network.Response) {
	if q := r.last(id); q != nil {
		q.Status, q.Answered = int(resp.Status), clocked(resp.ResponseTime.Float64(), q.At)
		q.Header = make(map[string]string, len(resp.Headers))
		for name, value := range resp.Headers {
			q.Header[strings.ToLower(name)] = fmt.Sprint(value)
		}
	}
}

func (r *recorder) fail(ev *network.EventLoadingFailed) {
	// An answer that breaks off before its first byte makes no document, not
	// even the browser's own.
	aborted, bodiless := ev.ErrorText == "net::ERR_ABORTED", false
	if q := r.last(ev.RequestID); q != nil {
		bodiless = q.Status != 0 && !aborted && !r.began[ev.RequestID]
		if q.Status == 0 || bodiless {
			q.Failed = ev.ErrorText
		}
	}
	if (bodiless || aborted) && r.pending && string(ev.RequestID) == string(r.navigating) {
		r.pending = false
		r.aborted++
		r.signal()
	}
}

// ran notes that a page with scripts was shown.
func (r *recorder) ran(origin string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if _, asked := r.origins[origin]; asked {
		r.origins[origin] = true
	}
}

func (r *recorder) last(id network.RequestID) *attempt.Request {
	for i := len(r.ids) - 1; i >= 0; i-- {
		if r.ids[i] == id {
			return &r.record.Requests[i]
		}
	}
	return nil
}

func consoleText(ev *runtime.EventConsoleAPICalled) string {
	parts := make([]string, 0, len(ev.Args)+1)
	parts = append(parts, string(ev.Type)+":")
	for _, arg := range ev.Args {
		parts = append(parts, strings.Trim(string(arg.Value), `"`))
	}
	return strings.Join(parts, " ")
}

// next tells when a navigation that starts from now on has come to an end: by
// a document, or without one.
func (r *recorder) next() func(*recorder) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	document, aborted := r.document, r.aborted
	return func(r *recorder) bool { return r.document != document || r.aborted != aborted }
}

// setCookie are the values of the Set-Cookie headers, one a line.
func setCookie(h network.Headers) string {
	for name, value := range h {
		if strings.EqualFold(name, "set-cookie") {
			return fmt.Sprint(value)
		}
	}
	return ""
}

// snapshot copies what was recorded, with the cookies in the headers of their
// answers.
func (r *recorder) snapshot() attempt.Record {
	r.mu.Lock()
	defer r.mu.Unlock()
	out := attempt.Record{
		Requests: slices.Clone(r.record.Requests),
		Console:  slices.Clone(r.record.Console),
		Said:     slices.Clone(r.record.Said),
		Dialogs:  slices.Clone(r.record.Dialogs),
	}
	hops := map[network.RequestID]int{}
	for i, id := range r.ids {
		hop := hops[id]
		hops[id]++
		if hop >= len(r.cookies[id]) || r.cookies[id][hop] == "" {
			continue
		}
		q := &out.Requests[i]
		if q.Header = maps.Clone(q.Header); q.Header == nil {
			q.Header = map[string]string{}
		}
		q.Header["set-cookie"] = r.cookies[id][hop]
	}
	return out
}

// cacheable reports whether the browser may have kept a page that it saw.
func (r *recorder) cacheable() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.ContainsFunc(r.record.Requests, func(q attempt.Request) bool {
		return q.Status != 0 && !strings.Contains(q.Header["cache-control"], "no-store")
	})
}

// framed reports whether a page of the tab ever had a frame in it.
func (r *recorder) framed() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.frames
}

// reset forgets what was recorded so far.
func (r *recorder) reset() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.record, r.ids, r.cookies, r.began = attempt.Record{}, nil, map[network.RequestID][]string{}, map[network.RequestID]bool{}
}
