package endpoint

import (
	"net"
	"net/http"
	"time"
)

// writeRaw takes the connection over and writes to it what need not be HTTP.
// Where the connection is not to be had, as with HTTP/2, the answer is
// dropped.
func (rt *Router) writeRaw(w http.ResponseWriter, x *Exchange, raw string) bool {
	conn, buffer, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return false
	}
	// The journal's entry comes before the end of the connection, so that
	// whoever reads to the end finds it.
	x.hangUp = func() { _ = conn.Close() }
	_ = conn.SetDeadline(time.Now().Add(rt.WriteTimeout))
	if _, err := buffer.WriteString(raw); err != nil {
		return false
	}
	return buffer.Flush() == nil
}

// reset ends the connection with a TCP reset and reports whether it could.
// Nothing that was sent before is lost: it has been flushed, and the other
// side had its share of time to read it.
func reset(w http.ResponseWriter) bool {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return false
	}
	if tcp, ok := tcpOf(conn); ok {
		// Without lingering, closing discards what is left and resets.
		_ = tcp.SetLinger(0)
	}
	_ = conn.Close()
	return true
}

// tcpOf is the TCP connection below a TLS one, or the connection itself.
func tcpOf(conn net.Conn) (*net.TCPConn, bool) {
	if secured, ok := conn.(interface{ NetConn() net.Conn }); ok {
		conn = secured.NetConn()
	}
	tcp, ok := conn.(*net.TCPConn)
	return tcp, ok
}
