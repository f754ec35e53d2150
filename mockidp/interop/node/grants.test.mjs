import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import * as oidc from 'openid-client'

import { Browser } from './browser.mjs'
import { discover, refusal, settings, signIn, user } from './settings.mjs'

const basic = () => discover('basic', oidc.ClientSecretBasic(settings.clients.basic.client_secret))

test('introspection and revocation', async () => {
  const config = await basic()
  const tokens = await signIn(config)
  const live = await oidc.tokenIntrospection(config, tokens.access_token)
  assert.equal(live.active, true)
  assert.equal(live.client_id, 'basic')
  assert.equal(live.sub, user.sub)
  assert.ok(live.exp > Date.now() / 1000)

  await oidc.tokenRevocation(config, tokens.access_token)
  assert.deepEqual(await oidc.tokenIntrospection(config, tokens.access_token), { active: false })
  await assert.rejects(oidc.fetchUserInfo(config, tokens.access_token, user.sub))

  const renewed = await oidc.refreshTokenGrant(config, tokens.refresh_token)
  await oidc.tokenRevocation(config, renewed.refresh_token, { token_type_hint: 'refresh_token' })
  assert.equal((await refusal(oidc.refreshTokenGrant(config, renewed.refresh_token))).error, 'invalid_grant')
  assert.deepEqual(await oidc.tokenIntrospection(config, renewed.access_token), { active: false })
  await oidc.tokenRevocation(config, 'never issued')
})

test('client credentials', async () => {
  const config = await discover('machine', oidc.ClientSecretBasic(settings.clients.machine.client_secret))
  const tokens = await oidc.clientCredentialsGrant(config)
  assert.equal(tokens.id_token, undefined)
  assert.equal(tokens.refresh_token, undefined)
  assert.equal((await oidc.tokenIntrospection(config, tokens.access_token)).client_id, 'machine')
  assert.equal((await refusal(oidc.clientCredentialsGrant(await basic()))).error, 'unauthorized_client')
})

const connect = async (browser, uri, answer) => {
  let page = await browser.press(await browser.visit(uri), 'continue')
  page = await browser.press(page, 'sign-in', { username: user.username, password: user.password })
  return browser.press(page, answer)
}

// The library waits for the interval before it asks: 5 s, for both at once.
describe('device flow', { concurrency: true }, () => {
  test('allowed', async () => {
    const config = await discover('tv', oidc.None())
    const begun = await oidc.initiateDeviceAuthorization(config, { scope: 'openid email' })
    assert.ok(begun.verification_uri_complete.includes(begun.user_code))
    const page = await connect(new Browser(), begun.verification_uri_complete, 'allow')
    assert.match(page.body, /id="device-done"/)
    const tokens = await oidc.pollDeviceAuthorizationGrant(config, begun)
    assert.equal(tokens.claims().sub, user.sub)
    assert.equal((await oidc.fetchUserInfo(config, tokens.access_token, user.sub)).email, 'ada@example.test')
  })

  test('denied', async () => {
    const config = await discover('tv', oidc.None())
    const begun = await oidc.initiateDeviceAuthorization(config, { scope: 'openid' })
    await connect(new Browser(), begun.verification_uri_complete, 'deny')
    assert.equal((await refusal(oidc.pollDeviceAuthorizationGrant(config, begun))).error, 'access_denied')
  })
})
