// What the program that started the provider says of it, and the relying party
// that the tests are made of.
import { webcrypto } from 'node:crypto'
import { readFileSync } from 'node:fs'
import * as oidc from 'openid-client'

import { Browser } from './browser.mjs'

// Node 18, which Debian 12 has, knows these by import only.
globalThis.crypto ??= webcrypto
globalThis.CryptoKey ??= webcrypto.CryptoKey

export const settings = JSON.parse(readFileSync(process.env.COUNTERSIGN_INTEROP, 'utf8'))
export const { user, callback, bye } = settings

const insecure = { execute: [oidc.allowInsecureRequests] }

/** discover is a configuration of a registered client that was made by discovery. */
export function discover(id, authentication, metadata = {}, issuer = settings.issuer) {
  const client = settings.clients[id]
  return oidc.discovery(new URL(issuer), id, { client_secret: client.client_secret, ...metadata }, authentication, insecure)
}

/** register is a configuration of a client that registers itself. */
export function register(metadata, authentication) {
  return oidc.dynamicClientRegistration(new URL(settings.issuer), metadata, authentication, insecure)
}

/** privateKey is the key of a client for signatures or decryption. */
export function privateKey(id, algorithm, usages) {
  return crypto.subtle.importKey('jwk', settings.keys[id], algorithm, false, usages)
}

/** request is the parameters of an authorization request and the checks on its answer. */
export async function request(extra = {}) {
  const pkceCodeVerifier = oidc.randomPKCECodeVerifier()
  const checks = { pkceCodeVerifier, expectedState: oidc.randomState(), expectedNonce: oidc.randomNonce() }
  const params = {
    redirect_uri: callback, scope: 'openid profile email offline_access',
    code_challenge: await oidc.calculatePKCECodeChallenge(pkceCodeVerifier), code_challenge_method: 'S256',
    state: checks.expectedState, nonce: checks.expectedNonce, ...extra,
  }
  return { params, checks }
}

/** signIn is the tokens of a whole sign-in; build makes the authorization URL. */
export async function signIn(config, { browser = new Browser(), build = oidc.buildAuthorizationUrl, ...extra } = {}) {
  const { params, checks } = await request(extra)
  const page = await browser.signIn(await build(config, params), user)
  return oidc.authorizationCodeGrant(config, page.url, checks)
}

/** refusal is the error that a promise is rejected with. */
export async function refusal(promise) {
  try {
    await promise
  } catch (err) {
    return err
  }
  throw new Error('it was accepted')
}
