// Package settings reads the configuration file of a server: its options, and
// any number of issuers with the faults that are armed from the start.
//
// A file is YAML or JSON. Unknown members are refused, and everything that is
// wrong is said at once, each with its line.
package settings

import (
	"crypto/tls"
	_ "embed" // the schema is a file, so that editors can use it
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/countersign-oidc/countersign/mockidp"
	"github.com/countersign-oidc/countersign/mockidp/fault"
	"github.com/countersign-oidc/countersign/mockidp/identity"
	"github.com/countersign-oidc/countersign/mockidp/keys"
	"github.com/countersign-oidc/countersign/mockidp/profile"
	"github.com/countersign-oidc/countersign/mockidp/vendor"
)

//go:embed schema.json
var schemaJSON []byte

// Schema is the JSON Schema (draft 2020-12) of a configuration file.
func Schema() []byte { return slices.Clone(schemaJSON) }

// File is a configuration file.
type File struct {
	Server  Server   `json:"server"`
	Issuers []Issuer `json:"issuers"`
	// FaultFiles are paths of files with faults of one's own, relative to
	// this one. Issuers arm them by their IDs.
	FaultFiles []string `json:"fault_files"`

	own []fault.Spec
}

// Own are the faults of the fault files.
func (f *File) Own() []fault.Spec { return f.own }

// Server is where the server listens and how it is reached; see
// mockidp.Options.
type Server struct {
	Addr           string `json:"addr"`
	Host           string `json:"host"`
	URL            string `json:"url"`
	BackChannelURL string `json:"back_channel_url"`
	TLS            bool   `json:"tls"`
	// Cert and Key are PEM files of a certificate of one's own. CAFile is
	// where the certificate of the server's CA is written.
	Cert   string `json:"cert"`
	Key    string `json:"key"`
	CAFile string `json:"ca_file"`
}

// Options are the options of a server as configured. It reads the files of the
// certificate.
func (s Server) Options() (mockidp.Options, error) {
	o := mockidp.Options{Addr: s.Addr, Host: s.Host, URL: s.URL, BackChannelURL: s.BackChannelURL, TLS: s.TLS}
	var errs []error
	switch {
	case (s.Cert == "") != (s.Key == ""):
		errs = append(errs, errors.New("a certificate needs its key and a key its certificate: give both cert and key"))
	case s.Cert != "":
		pair, err := tls.LoadX509KeyPair(s.Cert, s.Key)
		if err != nil {
			errs = append(errs, fmt.Errorf("certificate: %w", err))
		}
		o.Certificate = &pair
	}
	if s.CAFile != "" && (!s.TLS || s.Cert != "") {
		errs = append(errs, errors.New("a CA file without a CA: only a server with TLS and no certificate of its own makes one"))
	}
	return o, errors.Join(append(errs, o.Validate())...)
}

// Issuer is one provider; see mockidp.Config.
type Issuer struct {
	Path string `json:"path,omitempty"`
	// Vendor is the name of the profile of a vendor that it imitates; see the
	// package vendor.
	Vendor string `json:"vendor,omitempty"`
	// Evil makes it an attacker's issuer beside an honest one.
	Evil      *Evil             `json:"evil,omitempty"`
	Clients   []identity.Client `json:"clients,omitempty"`
	Users     []identity.User   `json:"users,omitempty"`
	Lifetimes Lifetimes         `json:"lifetimes,omitzero"`
	// KeyRotation replaces the keys at regular times.
	KeyRotation        Rotation        `json:"key_rotation,omitzero"`
	SelfRegistration   bool            `json:"self_registration,omitempty"`
	ClientRegistration bool            `json:"client_registration,omitempty"`
	SessionManagement  bool            `json:"session_management,omitempty"`
	Metadata           json.RawMessage `json:"metadata,omitempty"`
	// JournalSize is how many entries its journal keeps; zero means the default.
	JournalSize int     `json:"journal_size,omitempty"`
	Faults      []Armed `json:"faults,omitempty"`
}

// Evil is what an evil issuer mixes with which honest one; see
// mockidp.Server.NewEvil. Without clients and users of its own, it has those of
// the honest issuer.
type Evil struct {
	// Honest is the path of the honest issuer.
	Honest string        `json:"honest"`
	Mixes  []mockidp.Mix `json:"mixes"`
}

// Lifetimes are how long things are good for; zero means the default.
type Lifetimes struct {
	Code    Duration `json:"code,omitempty"`
	Token   Duration `json:"token,omitempty"`
	Session Duration `json:"session,omitempty"`
}

// Rotation is a schedule of keys.
type Rotation struct {
	Every   Duration `json:"every,omitempty"`
	Overlap Duration `json:"overlap,omitempty"`
}

// Armed is a fault that is armed at the start.
type Armed struct {
	// Fault is the ID of a fault of the catalogue or of a fault file, or a
	// fault.Spec written out.
	Fault json.RawMessage `json:"fault"`
	// User and Client limit it to exchanges of theirs.
	User   string `json:"user,omitempty"`
	Client string `json:"client,omitempty"`
	// Budget is how many exchanges it changes; zero is all.
	Budget int `json:"budget,omitempty"`

	spec fault.Spec
}

// Duration is a time.Duration that is written with its unit, such as "90s".
type Duration = profile.Duration

// Config is the configuration of an issuer's provider. A vendor that there is
// not is no vendor; Parse refuses it.
func (i Issuer) Config() mockidp.Config {
	var faults []fault.Arming
	for _, a := range i.Faults {
		faults = append(faults, a.Arming())
	}
	var p profile.Profile
	if i.Vendor != "" {
		p, _ = vendor.ByName(i.Vendor)
	}
	return mockidp.Config{
		Profile: p,
		Path:    i.Path, Clients: i.Clients, Users: i.Users,
		CodeLifetime:     time.Duration(i.Lifetimes.Code),
		TokenLifetime:    time.Duration(i.Lifetimes.Token),
		SessionLifetime:  time.Duration(i.Lifetimes.Session),
		KeySchedule:      keys.Schedule{Every: time.Duration(i.KeyRotation.Every), Overlap: time.Duration(i.KeyRotation.Overlap)},
		SelfRegistration: i.SelfRegistration, ClientRegistration: i.ClientRegistration, SessionManagement: i.SessionManagement,
		Metadata: i.Metadata, JournalSize: i.JournalSize, Faults: faults,
	}
}

// Add adds the issuers of the file to a server, evil ones behind the honest, and
// arms their faults. The providers are in the order of the file.
func (f *File) Add(s *mockidp.Server) ([]*mockidp.Provider, error) {
	added := make([]*mockidp.Provider, len(f.Issuers))
	byPath := make(map[string]*mockidp.Provider)
	for _, evil := range []bool{false, true} {
		for n, i := range f.Issuers {
			if (i.Evil != nil) != evil {
				continue
			}
			var honest *mockidp.Provider
			if i.Evil != nil {
				honest = byPath[i.Evil.Honest]
			}
			p, err := i.Add(s, honest)
			if err != nil {
				return nil, fmt.Errorf("issuer %q: %w", i.Path, err)
			}
			added[n], byPath[i.Path] = p, p
		}
	}
	return added, nil
}

// Add adds the issuer to a server; an evil one needs the honest one that it is
// beside.
func (i Issuer) Add(s *mockidp.Server, honest *mockidp.Provider) (*mockidp.Provider, error) {
	if i.Evil == nil {
		return s.NewProvider(i.Config())
	}
	evil, err := s.NewEvil(honest, i.Config(), i.Evil.Mixes...)
	if err != nil {
		return nil, err
	}
	return evil.Provider, nil
}

// Arming is the fault as it is armed.
func (a Armed) Arming() fault.Arming {
	return fault.Arming{Spec: a.spec, Scope: fault.Scope{User: a.User, Client: a.Client}, Budget: fault.Budget(a.Budget)}
}

// Arm is a fault by its ID, one of one's own or of the catalogue, for one user
// or, without a name, for all.
func Arm(id fault.ID, own []fault.Spec, user string, budget int) (Armed, error) {
	spec, err := Named(id, own)
	if err != nil {
		return Armed{}, err
	}
	text, err := json.Marshal(id)
	return Armed{Fault: text, User: user, Budget: budget, spec: spec}, err
}

// ArmSpec is a fault written out, for everybody and always.
func ArmSpec(spec fault.Spec) (Armed, error) {
	text, err := json.Marshal(spec)
	return Armed{Fault: text, spec: spec}, errors.Join(err, spec.Validate())
}

// String says which fault it is and when it acts.
func (a Armed) String() string {
	text := string(a.spec.ID)
	if a.User != "" {
		text += ", for " + a.User
	}
	if a.Client != "" {
		text += ", for client " + a.Client
	}
	switch {
	case a.Budget == 1:
		text += ", once"
	case a.Budget > 1:
		text += fmt.Sprintf(", %d times", a.Budget)
	}
	return text
}
