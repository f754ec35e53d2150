package console

import (
	"fmt"
	"time"

	"github.com/countersign-oidc/countersign/mockidp/control"
	"github.com/countersign-oidc/countersign/mockidp/keys"
)

// settingsPage is the page of settings.
type settingsPage struct {
	Sheets []sheet
	// Now is the time of the provider, Moved how far that is from the wall.
	Now, Moved string
	Moves      []string
	Rotations  []rotation
}

// sheet is the provider form of a shop, filled in.
type sheet struct {
	Client, Name string
	Fields       []Field
	// Revealed shows the secret.
	Revealed bool
}

// rotation is a way to rotate the keys.
type rotation struct {
	How  keys.Rotation
	Text string
}

func (v *visit) settings() (answer, error) {
	p := settingsPage{
		Now:   v.info.Now.UTC().Format("2006-01-02 15:04:05 UTC"),
		Moves: []string{"-24h", "-1h", "-5m", "+5m", "+1h", "+24h"},
		Rotations: []rotation{
			{keys.Overlap, "keep the old keys published"},
			{keys.Sudden, "take the old keys out at once"},
			{keys.SameKID, "put the new keys under the old key IDs"},
			{keys.BeforeSigning, "wait for the next token"},
		},
	}
	switch moved := time.Duration(v.info.Moved); {
	case moved > 0:
		p.Moved = moved.String() + " ahead"
	case moved < 0:
		p.Moved = (-moved).String() + " behind"
	}
	sheets, err := v.sheets()
	if err != nil {
		return answer{}, err
	}
	p.Sheets = sheets
	return v.page("settings", "Settings", p)
}

// sheets are the forms of all clients.
func (v *visit) sheets() ([]sheet, error) {
	fill := v.console.options.Sheet
	if fill == nil {
		return nil, nil
	}
	clients, err := v.handle.Clients(v.Context())
	if err != nil {
		return nil, err
	}
	revealed := v.session.revealed()
	var out []sheet
	for _, c := range clients {
		fields, err := fill(v.Context(), v.info.ID, c.ID)
		if err != nil {
			return nil, err
		}
		out = append(out, sheet{c.ID, c.DisplayName(), fields, revealed == c.ID})
	}
	return out, nil
}

// showSecret shows a client's secret on the next page, once.
func (v *visit) showSecret() (answer, error) {
	v.session.reveal(v.PostFormValue("client"))
	return answer{to: v.section(settingsSection) + "#sheets"}, nil
}

func (v *visit) moveClock() (answer, error) {
	by, err := time.ParseDuration(v.PostFormValue("by"))
	if err != nil {
		return v.refused(settingsSection, &control.Problem{
			Detail: fmt.Sprintf("%q is no duration; write one such as 90s, 1h30m or -24h.", v.PostFormValue("by")),
		})
	}
	info, err := v.handle.MoveClock(v.Context(), by)
	if err != nil {
		return v.refused(settingsSection, err)
	}
	return v.done(settingsSection, "The clock is at "+info.Now.UTC().Format("2006-01-02 15:04:05 UTC")+" now.")
}

func (v *visit) rotateKeys() (answer, error) {
	if err := v.handle.Rotate(v.Context(), keys.Rotation(v.PostFormValue("how"))); err != nil {
		return v.refused(settingsSection, err)
	}
	return v.done(settingsSection, "The provider signs with new keys.")
}

func (v *visit) clearJournal() (answer, error) {
	if err := v.handle.ClearJournal(v.Context()); err != nil {
		return answer{}, err
	}
	return v.done(settingsSection, "The sign-ins so far are forgotten.")
}

func (v *visit) askReset() (answer, error) {
	return v.page("confirm", "Reset this issuer?", confirmation{
		Text: "People, clients, faults and the clock go back to how they were at the start. Sessions, tokens and the sign-ins so far are forgotten.",
		To:   v.section("settings/reset"), Yes: "Reset", Back: v.section(settingsSection),
	})
}

func (v *visit) reset() (answer, error) {
	if err := v.handle.Reset(v.Context()); err != nil {
		return answer{}, err
	}
	return v.done(settingsSection, "This issuer is as it was at the start.")
}
