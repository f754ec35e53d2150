package attempt

// Without are cookies but for one. A browser tells cookies apart by name,
// domain and path (RFC 6265, section 5.3).
func Without(all []Cookie, gone Cookie) []Cookie {
	var rest []Cookie
	for _, c := range all {
		if c.Name != gone.Name || c.Path != gone.Path || c.Domain != gone.Domain {
			rest = append(rest, c)
		}
	}
	return rest
}
