package mockidp

import "github.com/countersign-oidc/countersign/mockidp/fault"

// expectedEndSession is what the faults of the end session endpoint change.
var expectedEndSession = map[fault.ID][]string{
	"end_session.connection.dropped": {`end_session.status: 303 -> none:  connection cut`, `end_session?state gone`, `end_session.* gone`},
	"end_session.connection.not_http": {
		`end_session.status: 303 -> none:  malformed HTTP status code "mail.example"`,
		`end_session?state gone`,
		`end_session.* gone`,
	},
	"end_session.connection.reset":          {`end_session.status: 303 -> none:  connection cut`, `end_session?state gone`, `end_session.* gone`},
	"end_session.connection.silent":         {`end_session.status: 303 -> none:  connection cut`, `end_session?state gone`, `end_session.* gone`},
	"end_session.connection.stalled_header": {`end_session.status: 303 -> none:  connection cut`, `end_session?state gone`, `end_session.* gone`},
	"end_session.params.extra":              {`end_session?foo new: bar`},
	"end_session.redirect.elsewhere":        {`end_session.location: http://shop.test/bye -> https://another-issuer.example/bye`},
	"end_session.redirect.other_path":       {`end_session.location: http://shop.test/bye -> http://shop.test/`},
	"end_session.state.duplicate":           {`end_session?state: so-1 -> so-1,x`},
	"end_session.state.missing":             {`end_session?state gone`},
	"end_session.state.other":               {`end_session?state: so-1 -> so-1x`},
	"end_session.state.script":              {`end_session?state: so-1 -> "><script>document.title="countersign-marker"</script>`},
	"end_session.status.500": {
		`end_session.header.Content-Type:  -> application/json`,
		`end_session.location: http://shop.test/bye -> `,
		`end_session.status: 303 -> 500`,
		`end_session.text new: {"error":"server_error"}`,
		`end_session?state gone`,
	},
}
