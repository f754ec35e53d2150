import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as oidc from 'openid-client'

import { Browser } from './browser.mjs'
import { bye, discover, refusal, settings, signIn, user } from './settings.mjs'

const ways = {
  basic: (id) => oidc.ClientSecretBasic(settings.clients[id].client_secret),
  post: (id) => oidc.ClientSecretPost(settings.clients[id].client_secret),
  public: () => oidc.None(),
}

for (const [id, authentication] of Object.entries(ways)) {
  test(`code flow with PKCE, ${id}`, async () => {
    const config = await discover(id, authentication(id))
    assert.ok(config.serverMetadata().supportsPKCE())
    const browser = new Browser()
    const tokens = await signIn(config, { browser })
    const claims = tokens.claims()
    assert.equal(claims.sub, user.sub)
    assert.equal(claims.iss, settings.issuer)
    assert.ok(tokens.expiresIn() > 3000 && tokens.expiresIn() <= 3600, `expires in ${tokens.expiresIn()}`)

    const info = await oidc.fetchUserInfo(config, tokens.access_token, claims.sub)
    assert.equal(info.email, 'ada@example.test')
    await assert.rejects(oidc.fetchUserInfo(config, tokens.access_token, 'somebody else'))

    const renewed = await oidc.refreshTokenGrant(config, tokens.refresh_token)
    assert.equal(renewed.claims().sub, user.sub)
    assert.notEqual(renewed.refresh_token, tokens.refresh_token)
    assert.equal((await refusal(oidc.refreshTokenGrant(config, tokens.refresh_token))).error, 'invalid_grant')

    const silent = await signIn(config, { browser, prompt: 'none' })
    assert.equal(silent.claims().sid, claims.sid)
    const out = oidc.buildEndSessionUrl(config, { id_token_hint: renewed.id_token, post_logout_redirect_uri: bye, state: 'out' })
    assert.equal((await browser.visit(out)).url.href, `${bye}?state=out`)
    assert.equal((await refusal(signIn(config, { browser, prompt: 'none' }))).error, 'login_required')
  })
}

test('max_age and auth_time', async () => {
  const config = await discover('basic', ways.basic('basic'), { require_auth_time: true })
  const tokens = await signIn(config, { max_age: '600' })
  assert.ok(Math.abs(tokens.claims().auth_time - Date.now() / 1000) < 60)
})

test('an ES256 ID token of a client that expects one', async () => {
  const config = await discover('es256', undefined, { id_token_signed_response_alg: 'ES256' })
  const tokens = await signIn(config)
  assert.equal(JSON.parse(Buffer.from(tokens.id_token.split('.')[0], 'base64url')).alg, 'ES256')
  assert.equal(tokens.claims().sub, user.sub)
})

test('signatures are checked also where TLS would do', async () => {
  const config = await discover('basic', ways.basic('basic'))
  oidc.enableNonRepudiationChecks(config)
  assert.equal((await signIn(config)).claims().sub, user.sub)
})

test('a wrong secret is told as invalid_client with a challenge', async () => {
  const config = await discover('basic', oidc.ClientSecretBasic('wrong'))
  const err = await refusal(signIn(config))
  assert.equal(err.code, 'OAUTH_WWW_AUTHENTICATE_CHALLENGE')
  assert.equal(err.cause[0].scheme, 'basic')
})
