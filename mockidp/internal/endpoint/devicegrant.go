package endpoint

import (
	"errors"
	"net/http"
	"net/url"
	"time"

	"github.com/countersign-oidc/countersign/mockidp/identity"
	"github.com/countersign-oidc/countersign/mockidp/internal/state"
	"github.com/countersign-oidc/countersign/mockidp/journal"
	"github.com/countersign-oidc/countersign/mockidp/protocol"
)

// DeviceAuthorization serves the device authorization endpoint (RFC 8628,
// section 3.1).
type DeviceAuthorization struct {
	Site    Site
	Clients *ClientAuth
	Store   *state.Store
}

// Mount registers the endpoint.
func (e *DeviceAuthorization) Mount(rt *Router) {
	rt.handle(journal.DeviceAuthorization, []string{http.MethodPost}, e.Clients.called(e.serve))
}

func (e *DeviceAuthorization) serve(x *Exchange, client identity.Client, form map[string]string) Response {
	if !client.Grants(identity.GrantDevice) {
		return x.errorJSON(unauthorized("this client is not registered for " + string(identity.GrantDevice)))
	}
	deviceCode, userCode := e.Store.NewDevice(client.ID, granted(x.site.Profile.Request, client, form["scope"]))
	page := e.Site.front(journal.Device)
	return jsonResponse(http.StatusOK, protocol.DeviceAuthorization{
		DeviceCode: deviceCode, UserCode: userCode,
		VerificationURI: page, CompleteURI: page + "?user_code=" + url.QueryEscape(userCode),
		ExpiresIn: int64(state.DeviceLifetime / time.Second), Interval: int64(state.PollInterval / time.Second),
	})
}

// pollDevice answers a device that asks whether its user has allowed it (RFC
// 8628, sections 3.4 and 3.5).
func (e *Token) pollDevice(x *Exchange, client identity.Client, form map[string]string) Response {
	if form["device_code"] == "" {
		return x.errorJSON(invalid("device_code is missing"))
	}
	family, err := e.Store.PollDevice(form["device_code"], client.ID)
	for known, code := range map[error]protocol.Code{
		state.ErrPending: protocol.AuthorizationPending, state.ErrSlowDown: protocol.SlowDown,
		state.ErrDenied: protocol.AccessDenied, state.ErrExpired: protocol.ExpiredToken,
	} {
		if errors.Is(err, known) {
			return x.errorJSON(&protocol.Error{Code: code, Description: "the device code is " + err.Error()})
		}
	}
	if err != nil {
		return x.errorJSON(badGrant("the device code is " + err.Error()))
	}
	grant := family.Grant()
	x.Entry.User = grant.User
	return e.issue(x, client, family, grant.Scopes, true)
}
