import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as oidc from 'openid-client'

import { discover, privateKey, settings, signIn, user } from './settings.mjs'

const decrypting = async (id, algorithm, enc) => {
  const { client_secret: _, ...metadata } = settings.clients[id]
  const config = await discover(id, undefined, metadata)
  const key = await privateKey(id, algorithm, algorithm.name === 'ECDH' ? ['deriveBits'] : ['decrypt'])
  const { kid, alg } = settings.keys[id]
  oidc.enableDecryptingResponses(config, [enc], algorithm.name === 'ECDH' ? { key, kid, alg } : { key, kid })
  return config
}

for (const [id, algorithm, enc] of [
  ['rsa-oaep', { name: 'RSA-OAEP', hash: 'SHA-256' }, 'A256GCM'],
  ['ecdh-es', { name: 'ECDH', namedCurve: 'P-256' }, 'A128CBC-HS256'],
]) {
  test(`encrypted ID token and UserInfo, ${id}`, async () => {
    const config = await decrypting(id, algorithm, enc)
    const tokens = await signIn(config)
    assert.equal(tokens.id_token.split('.').length, 5)
    assert.equal(tokens.claims().sub, user.sub)
    const info = await oidc.fetchUserInfo(config, tokens.access_token, user.sub)
    assert.equal(info.email, 'ada@example.test')
  })
}

test('UserInfo as a signed JWT', async () => {
  const config = await discover('signed-userinfo', undefined, { userinfo_signed_response_alg: 'ES256' })
  const tokens = await signIn(config)
  const info = await oidc.fetchUserInfo(config, tokens.access_token, user.sub)
  assert.equal(info.iss, settings.issuer)
  assert.equal(info.aud, 'signed-userinfo')
  assert.equal(info.email, 'ada@example.test')
})
