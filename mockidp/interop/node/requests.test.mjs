import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as oidc from 'openid-client'

import { Browser } from './browser.mjs'
import { callback, discover, privateKey, refusal, register, request, settings, signIn, user } from './settings.mjs'

const basic = () => discover('basic', oidc.ClientSecretBasic(settings.clients.basic.client_secret))

test('pushed authorization request', async () => {
  const config = await discover('par', oidc.ClientSecretBasic(settings.clients.par.client_secret))
  let pushed
  const build = async (...args) => (pushed = await oidc.buildAuthorizationUrlWithPAR(...args))
  assert.equal((await signIn(config, { build })).claims().sub, user.sub)
  assert.deepEqual([...pushed.searchParams.keys()].sort(), ['client_id', 'request_uri'])

  const again = await new Browser().visit(pushed)
  assert.notEqual(again.status, 200, 'the request_uri was good twice')
  assert.equal((await refusal(signIn(config))).error, 'invalid_request')
})

test('signed request object', async () => {
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256' }
  const key = { key: await privateKey('private-jwt', algorithm, ['sign']), kid: settings.keys['private-jwt'].kid }
  const config = await discover('private-jwt', oidc.PrivateKeyJwt(key))
  const build = (c, params) => oidc.buildAuthorizationUrlWithJAR(c, params, key)
  assert.equal((await signIn(config, { build })).claims().sub, user.sub)

  const { privateKey: other } = await crypto.subtle.generateKey(algorithm, false, ['sign', 'verify'])
  const { params } = await request()
  const forged = await oidc.buildAuthorizationUrlWithJAR(config, params, { key: other, kid: key.kid })
  const page = await new Browser().visit(forged)
  assert.match(page.body, /invalid_request_object/)
})

// posted is what a page that posts itself to the relying party would send.
const posted = (page) => {
  assert.equal(page.forms.length, 1, page.body)
  const [form] = page.forms
  assert.equal(form.action, callback)
  return new Request(form.action, { method: 'POST', body: new URLSearchParams(form.fields) })
}

test('form_post', async () => {
  const config = await basic()
  const { params, checks } = await request({ response_mode: 'form_post' })
  const page = await new Browser().signIn(oidc.buildAuthorizationUrl(config, params), user)
  const tokens = await oidc.authorizationCodeGrant(config, posted(page), checks)
  assert.equal(tokens.claims().sub, user.sub)
})

test('hybrid flow, code id_token', async () => {
  const config = await discover('hybrid', oidc.ClientSecretBasic(settings.clients.hybrid.client_secret))
  oidc.useCodeIdTokenResponseType(config)
  for (const response_mode of ['fragment', 'form_post']) {
    const { params, checks } = await request({ response_mode })
    const page = await new Browser().signIn(oidc.buildAuthorizationUrl(config, params), user)
    const answer = response_mode === 'fragment' ? page.url : posted(page)
    const tokens = await oidc.authorizationCodeGrant(config, answer, checks)
    assert.equal(tokens.claims().sub, user.sub, response_mode)
  }
})

test('hybrid flow with s_hash and c_hash checked', async () => {
  const config = await discover('hybrid', oidc.ClientSecretBasic(settings.clients.hybrid.client_secret))
  oidc.useCodeIdTokenResponseType(config)
  const { params, checks } = await request()
  const { url } = await new Browser().signIn(oidc.buildAuthorizationUrl(config, params), user)
  url.hash = url.hash.replace(/code=[^&]{4}/, 'code=AAAA')
  const err = await refusal(oidc.authorizationCodeGrant(config, url, checks))
  assert.match(err.message + err.cause?.message, /c_hash/)
})

test('implicit flow, id_token', async () => {
  const config = await discover('implicit', oidc.None())
  oidc.useIdTokenResponseType(config)
  const expectedState = oidc.randomState(), nonce = oidc.randomNonce()
  const to = oidc.buildAuthorizationUrl(config, { redirect_uri: callback, scope: 'openid email', state: expectedState, nonce })
  const { url } = await new Browser().signIn(to, user)
  const claims = await oidc.implicitAuthentication(config, url, nonce, { expectedState })
  assert.equal(claims.sub, user.sub)
  assert.equal(claims.email, 'ada@example.test')
})

test('dynamic registration', async () => {
  const config = await register({
    redirect_uris: [callback], grant_types: ['authorization_code', 'refresh_token'], response_types: ['code'],
    token_endpoint_auth_method: 'client_secret_post', id_token_signed_response_alg: 'ES256', client_name: 'A newcomer',
  })
  assert.ok(config.clientMetadata().client_secret)
  const tokens = await signIn(config)
  assert.equal(tokens.claims().aud, config.clientMetadata().client_id)
  assert.equal((await oidc.refreshTokenGrant(config, tokens.refresh_token)).claims().sub, user.sub)
  assert.equal((await refusal(register({ redirect_uris: ['not a URI'] }))).error, 'invalid_redirect_uri')
})
