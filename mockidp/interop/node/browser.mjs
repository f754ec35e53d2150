// An end-user's browser without scripts: cookies, redirects and forms. It stops
// short of the relying party's host, where nothing listens.
import assert from 'node:assert/strict'

const entities = { amp: '&', lt: '<', gt: '>', quot: '"' }

const unescape = (text) =>
  text.replace(/&(?:#(\d+)|#x([0-9a-f]+)|(\w+));/gi, (whole, dec, hex, name) => {
    if (dec) return String.fromCodePoint(Number(dec))
    if (hex) return String.fromCodePoint(parseInt(hex, 16))
    return entities[name] ?? whole
  })

const attribute = (tag, name) => {
  const m = new RegExp(`\\s${name}="([^"]*)"`).exec(tag)
  return m ? unescape(m[1]) : undefined
}

/** readForms lists the forms of a page: where each goes, its fields and its buttons. */
export function readForms(html) {
  return [...html.matchAll(/<form\b([^>]*)>(.*?)<\/form>/gs)].map(([, open, inside]) => ({
    method: attribute(open, 'method') ?? 'get',
    action: attribute(open, 'action') ?? '',
    fields: [...inside.matchAll(/<input\b[^>]*>/g)].map(([tag]) => [attribute(tag, 'name'), attribute(tag, 'value') ?? '']),
    buttons: [...inside.matchAll(/<button\b[^>]*>/g)].map(([tag]) => ({
      id: attribute(tag, 'id'), name: attribute(tag, 'name'), value: attribute(tag, 'value') ?? '',
    })),
  }))
}

export class Browser {
  /** @param away the host at which the browser stops */
  constructor(away = 'rp.test') {
    this.away = away
    this.cookies = new Map()
  }

  /** visit is where a GET request ends up. */
  visit(url) {
    return this.#send(new URL(url), { method: 'GET' })
  }

  /** press fills in the page's only form and presses the button of an ID. */
  press(page, id, fill = {}) {
    assert.equal(page.forms.length, 1, `one form at ${page.url}, status ${page.status}\n${page.body}`)
    const [form] = page.forms
    const values = new URLSearchParams(form.fields)
    for (const [name, value] of Object.entries(fill)) {
      assert.ok(values.has(name), `a field ${name} at ${page.url}\n${page.body}`)
      values.set(name, value)
    }
    const button = form.buttons.find((b) => b.id === id)
    assert.ok(button, `a button ${id} at ${page.url}\n${page.body}`)
    if (button.name) values.set(button.name, button.value)
    return this.#send(new URL(form.action, page.url), { method: 'POST', body: values, headers: { origin: page.url.origin } })
  }

  /** signIn signs the user in and returns the page the provider sends to the relying party. */
  async signIn(url, user) {
    const page = await this.visit(url)
    if (page.url.host === this.away || page.forms.some((f) => new URL(f.action).host === this.away)) return page
    const next = await this.press(page, 'sign-in', { username: user.username, password: user.password })
    const left = next.url.host === this.away || next.forms.some((f) => new URL(f.action).host === this.away)
    assert.ok(left, `signed in, but status ${next.status} at ${next.url}\n${next.body}`)
    return next
  }

  async #send(url, init) {
    for (let hops = 0; hops < 10; hops++) {
      const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
      const response = await fetch(url, { ...init, redirect: 'manual', headers: { ...init.headers, ...(cookie && { cookie }) } })
      this.#remember(response)
      const location = response.headers.get('location')
      if (!location) {
        const body = await response.text()
        return { url, status: response.status, body, forms: readForms(body) }
      }
      await response.arrayBuffer()
      url = new URL(location, url)
      if (url.host === this.away) return { url, status: response.status, body: '', forms: [] }
      init = { method: 'GET' }
    }
    throw new Error(`no end of redirects at ${url}`)
  }

  #remember(response) {
    for (const line of response.headers.getSetCookie()) {
      const [pair] = line.split(';', 1)
      const at = pair.indexOf('=')
      if (/;\s*max-age=0/i.test(line)) this.cookies.delete(pair.slice(0, at))
      else this.cookies.set(pair.slice(0, at), pair.slice(at + 1))
    }
  }
}
