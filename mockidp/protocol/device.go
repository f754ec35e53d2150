package protocol

// DeviceAuthorization is the answer of the device authorization endpoint (RFC
// 8628, section 3.2).
type DeviceAuthorization struct {
	DeviceCode      string `json:"device_code"`
	UserCode        string `json:"user_code"`
	VerificationURI string `json:"verification_uri"`
	// CompleteURI carries the user code, for a picture that phones read.
	CompleteURI string `json:"verification_uri_complete"`
	ExpiresIn   int64  `json:"expires_in"` // seconds
	Interval    int64  `json:"interval"`   // seconds between polls
}
