package browser

import (
	"context"
	"fmt"

	"github.com/chromedp/cdproto/cdp"
	cdpio "github.com/chromedp/cdproto/io"
	"github.com/chromedp/cdproto/network"
)

// maxResource bounds what Fetch reads.
const maxResource = 4 << 20

// Fetch asks for a resource of the site that the tab shows, with the cookies
// of the profile and without leaving the page: a fraction of what a navigation
// costs. An answer that is no success has a status and no body. A redirect is
// followed; the caller cannot tell.
func (s *Session) Fetch(ctx context.Context, address string) (status int, body []byte, err error) {
	res, err := cdp.Call(ctx, s.target, network.LoadNetworkResource, network.LoadNetworkResourceParams{
		FrameID: s.rec.frame, URL: address,
		Options: &network.LoadNetworkResourceOptions{DisableCache: true, IncludeCredentials: true},
	})
	if err != nil {
		return 0, nil, fmt.Errorf("fetch %s: %w", address, err)
	}
	status = int(res.Resource.HTTPStatusCode)
	if !res.Resource.Success {
		return status, nil, nil
	}
	handle := res.Resource.Stream
	for len(body) < maxResource {
		part, err := cdp.Call(ctx, s.target, cdpio.Read, cdpio.ReadParams{Handle: handle})
		if err != nil {
			return status, nil, fmt.Errorf("read %s: %w", address, err)
		}
		body = append(body, part.Data...)
		if part.EOF {
			break
		}
	}
	if _, err := cdp.Call(ctx, s.target, cdpio.Close, cdpio.CloseParams{Handle: handle}); err != nil {
		return status, nil, fmt.Errorf("read %s: %w", address, err)
	}
	return status, body, nil
}
