// Package testca is a certificate authority for tests: its key is made at
// start and never leaves the memory of the process.
package testca

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"slices"
	"sync"
	"time"
)

// The lifetimes of certificates. A leaf is renewed at half its life, so that a
// provider may run for as long as its CA is good.
const (
	caLifetime   = 365 * 24 * time.Hour
	leafLifetime = 7 * 24 * time.Hour
	// skew is how far a relying party's clock may be behind.
	skew = time.Hour
)

// CA signs certificates. It is safe for concurrent use.
type CA struct {
	now  func() time.Time
	key  *ecdsa.PrivateKey
	cert *x509.Certificate
	der  []byte
}

// New is a CA of its own, good for a year.
func New(now func() time.Time) (*CA, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("CA key: %w", err)
	}
	serial, err := newSerial()
	if err != nil {
		return nil, err
	}
	// The name tells CAs apart in the store of a browser.
	template := &x509.Certificate{
		SerialNumber:          serial,
		Subject:               pkix.Name{Organization: []string{"countersign"}, CommonName: fmt.Sprintf("countersign test CA %x", serial.Bytes()[:4])},
		NotBefore:             now().Add(-skew),
		NotAfter:              now().Add(caLifetime),
		KeyUsage:              x509.KeyUsageCertSign | x509.KeyUsageCRLSign,
		BasicConstraintsValid: true, IsCA: true, MaxPathLenZero: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		return nil, fmt.Errorf("CA certificate: %w", err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, fmt.Errorf("CA certificate: %w", err)
	}
	return &CA{now, key, cert, der}, nil
}

// PEM is the certificate of the CA, for relying parties to trust.
func (ca *CA) PEM() []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: ca.der})
}

// Leaf is what a server certificate says.
type Leaf struct {
	// Hosts are host names and IP addresses.
	Hosts []string
	// SelfSigned leaves the CA out.
	SelfSigned bool
	// Expired makes one whose life ended an hour ago.
	Expired bool
}

// Issue makes a server certificate for TLS. Its chain ends below the CA.
func (ca *CA) Issue(l Leaf) (*tls.Certificate, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("server key: %w", err)
	}
	serial, err := newSerial()
	if err != nil {
		return nil, err
	}
	template := &x509.Certificate{
		SerialNumber: serial,
		Subject:      pkix.Name{Organization: []string{"countersign"}, CommonName: "countersign"},
		NotBefore:    ca.now().Add(-skew),
		NotAfter:     ca.now().Add(leafLifetime),
		// Browsers refuse a server certificate that is not meant for this.
		KeyUsage:              x509.KeyUsageDigitalSignature,
		ExtKeyUsage:           []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		BasicConstraintsValid: true,
	}
	if l.Expired {
		template.NotBefore, template.NotAfter = ca.now().Add(-leafLifetime), ca.now().Add(-time.Hour)
	}
	for _, h := range l.Hosts {
		if ip := net.ParseIP(h); ip != nil {
			template.IPAddresses = append(template.IPAddresses, ip)
		} else if !slices.Contains(template.DNSNames, h) {
			template.DNSNames = append(template.DNSNames, h)
		}
	}
	parent, signer := ca.cert, ca.key
	if l.SelfSigned {
		parent, signer = template, key
	}
	der, err := x509.CreateCertificate(rand.Reader, template, parent, key.Public(), signer)
	if err != nil {
		return nil, fmt.Errorf("server certificate: %w", err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, fmt.Errorf("server certificate: %w", err)
	}
	return &tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key, Leaf: leaf}, nil
}

// Renewing gives out one certificate until half of its life is over, and then
// the next. It fits tls.Config.GetCertificate.
func (ca *CA) Renewing(l Leaf) func(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	var mu sync.Mutex
	var current *tls.Certificate
	return func(*tls.ClientHelloInfo) (*tls.Certificate, error) {
		mu.Lock()
		defer mu.Unlock()
		if current != nil && (l.Expired || ca.now().Before(current.Leaf.NotAfter.Add(-leafLifetime/2))) {
			return current, nil
		}
		next, err := ca.Issue(l)
		if err == nil {
			current = next
		}
		return next, err
	}
}

// newSerial is a random serial number of 128 bits (RFC 5280, section 4.1.2.2).
func newSerial() (*big.Int, error) {
	b := make([]byte, 16)
	if _, err := rand.Read(b); err != nil {
		return nil, fmt.Errorf("serial number: %w", err)
	}
	b[0] = b[0]&0x7f | 0x40 // positive, and never short
	return new(big.Int).SetBytes(b), nil
}
