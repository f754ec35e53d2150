import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as oidc from 'openid-client'

import { discover, privateKey, refusal, settings, signIn, user } from './settings.mjs'

// refusedClient wants invalid_client. The library tells of the challenge that a
// status of 401 comes with, and leaves the body to its caller.
const refusedClient = async (promise) => {
  const err = await refusal(promise)
  assert.equal(err.code, 'OAUTH_WWW_AUTHENTICATE_CHALLENGE')
  assert.equal((await err.response.json()).error, 'invalid_client')
}

test('client_secret_jwt', async () => {
  const config = await discover('secret-jwt', oidc.ClientSecretJwt(settings.clients['secret-jwt'].client_secret))
  const tokens = await signIn(config)
  assert.equal(tokens.claims().sub, user.sub)
  const renewed = await oidc.refreshTokenGrant(config, tokens.refresh_token)
  assert.equal(renewed.claims().sub, user.sub)
})

test('private_key_jwt', async () => {
  const key = await privateKey('private-jwt', { name: 'ECDSA', namedCurve: 'P-256' }, ['sign'])
  const config = await discover('private-jwt', oidc.PrivateKeyJwt({ key, kid: settings.keys['private-jwt'].kid }))
  assert.equal((await signIn(config)).claims().sub, user.sub)
})

test('private_key_jwt is refused with a key that is not registered', async () => {
  const { privateKey: key } = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign', 'verify'])
  const config = await discover('private-jwt', oidc.PrivateKeyJwt({ key, kid: settings.keys['private-jwt'].kid }))
  await refusedClient(signIn(config))
})

test('private_key_jwt is refused for another audience', async () => {
  const key = await privateKey('private-jwt', { name: 'ECDSA', namedCurve: 'P-256' }, ['sign'])
  const elsewhere = { [oidc.modifyAssertion]: (_, payload) => { payload.aud = 'https://elsewhere.test' } }
  const config = await discover('private-jwt', oidc.PrivateKeyJwt({ key, kid: settings.keys['private-jwt'].kid }, elsewhere))
  await refusedClient(signIn(config))
})
