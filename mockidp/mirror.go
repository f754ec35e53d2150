package mockidp

import (
	"context"
	"errors"
	"fmt"
	"net"

	"github.com/countersign-oidc/countersign/mockidp/internal/testca"
)

// TLSIdentity is what a mirror presents as its certificate (RFC 9110, section
// 4.3.4; RFC 9525), or how it speaks TLS.
type TLSIdentity string

// The identities of mirrors. Only Trusted is right.
const (
	// Trusted is signed by the server's CA, for the host of the mirror: what
	// a relying party refuses of the others, it must accept here.
	Trusted TLSIdentity = "trusted"
	// SelfSigned is right in all but that no CA signed it.
	SelfSigned TLSIdentity = "self_signed"
	// UnknownCA is signed by another CA.
	UnknownCA TLSIdentity = "unknown_ca"
	// Expired is signed by the server's CA, and was good until an hour ago.
	Expired TLSIdentity = "expired"
	// WrongHost is signed by the server's CA, for another host.
	WrongHost TLSIdentity = "wrong_host"
	// OldTLS is right in its certificate and speaks TLS 1.1 at most, which must
	// not be used any more (RFC 8996).
	OldTLS TLSIdentity = "old_tls"
)

// TLSIdentities are all identities, the right one first.
func TLSIdentities() []TLSIdentity {
	return []TLSIdentity{Trusted, SelfSigned, UnknownCA, Expired, WrongHost, OldTLS}
}

// wrongHost is a name that never resolves (RFC 6761, section 6.4).
const wrongHost = "other.invalid"

// Mirror serves the server's issuers at one more address, with the certificate
// of an identity, until the server closes. It returns the mirror's origin.
//
// Issuers and metadata stay those of the server: a relying party gets to a
// mirror if it is configured with endpoints at the mirror's origin, or if a
// fault or Config.Metadata puts them into the discovery document. The context
// bounds the start only.
func (s *Server) Mirror(ctx context.Context, id TLSIdentity) (origin string, err error) {
	cert, err := s.mirrorCertificate(id)
	if err != nil {
		return "", fmt.Errorf("mirror %s: %w", id, err)
	}
	ln, err := bind(ctx, net.JoinHostPort(s.host(), "0"))
	if err != nil {
		return "", fmt.Errorf("mirror %s: %w", id, err)
	}
	if err := s.serve(ln, cert, id == OldTLS); err != nil {
		return "", errors.Join(err, ln.Close())
	}
	return "https://" + authority(s.options.Host, ln.Addr(), "443"), nil
}

// host is the address that the server listens on, without its port.
func (s *Server) host() string {
	if tcp, ok := s.addr.(*net.TCPAddr); ok {
		return tcp.IP.String()
	}
	return ""
}

func (s *Server) mirrorCertificate(id TLSIdentity) (certificate, error) {
	ca, leaf := s.ca, testca.Leaf{Hosts: hosts(s.addr, s.front, s.back)}
	switch id {
	case Trusted, OldTLS:
	case SelfSigned:
		leaf.SelfSigned = true
	case Expired:
		leaf.Expired = true
	case WrongHost:
		leaf.Hosts = []string{wrongHost}
	case UnknownCA:
		other, err := testca.New(s.options.Now)
		if err != nil {
			return nil, err
		}
		ca = other
	default:
		return nil, fmt.Errorf("no TLS identity is called that; known: %q", TLSIdentities())
	}
	return ca.Renewing(leaf), nil
}
