package identity

import "net/url"

// Sector is the host that pairwise subject identifiers are made for: that of
// sector_identifier_uri, or that of the first redirect URI (OpenID Connect Core
// 1.0, section 8.1).
func (c Client) Sector() string {
	from := c.SectorIdentifier
	if from == "" && len(c.RedirectURIs) > 0 {
		from = c.RedirectURIs[0]
	}
	u, err := url.Parse(from)
	if err != nil {
		return ""
	}
	return u.Hostname()
}
