package browser
import ("testing";"net/http";"net/http/httptest";"context";"time";"net")
func TestZ431(t *testing.T) {
	_ = http.StatusOK
	l, _ := net.Listen("tcp", "127.0.0.1:0")
	_ = httptest.NewRecorder
	go func(){ for { c, err := l.Accept(); if err != nil { return }; go func(){ b := make([]byte, 65536); c.Read(b); c.Write([]byte("HTTP/1.1 431 Request Header Fields Too Large\r\nConnection: close\r\n\r\n")); c.Close() }() } }()
	s := newSession(t, startChrome(t))
	ctx, cancel := context.WithTimeout(t.Context(), 8*time.Second)
	defer cancel()
	p, err := s.Navigate(ctx, "http://"+l.Addr().String()+"/x")
	t.Logf("%+v %v", p, err)
	for _, q := range s.Record().Requests { t.Logf("%+v", q) }
}
