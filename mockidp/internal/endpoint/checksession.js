"use strict";
// Web Crypto is for secure contexts only, and providers for tests are often at
// plain http: hence SHA-256 by hand (FIPS 180-4, section 6.2).
const primes = [];
for (let n = 2; primes.length < 64; n++) {
  if (primes.every((p) => n % p)) primes.push(n);
}
const fraction = (x) => ((x - Math.floor(x)) * 2 ** 32) >>> 0;
const constants = primes.map((p) => fraction(Math.cbrt(p)));
const initial = primes.slice(0, 8).map((p) => fraction(Math.sqrt(p)));

const sha256 = (text) => {
  const bytes = new TextEncoder().encode(text);
  const padded = new Uint8Array(((bytes.length + 8) >> 6) * 64 + 64);
  padded.set(bytes);
  padded[bytes.length] = 0x80;
  const view = new DataView(padded.buffer);
  view.setUint32(padded.length - 8, Math.floor(bytes.length / 2 ** 29));
  view.setUint32(padded.length - 4, bytes.length << 3);
  const rotated = (x, n) => (x >>> n) | (x << (32 - n));
  const hash = [...initial];
  const w = new Array(64);
  for (let block = 0; block < padded.length; block += 64) {
    for (let i = 0; i < 64; i++) {
      if (i < 16) {
        w[i] = view.getUint32(block + 4 * i);
        continue;
      }
      const a = w[i - 15], b = w[i - 2];
      const s0 = rotated(a, 7) ^ rotated(a, 18) ^ (a >>> 3);
      const s1 = rotated(b, 17) ^ rotated(b, 19) ^ (b >>> 10);
      w[i] = (w[i - 16] + s0 + w[i - 7] + s1) | 0;
    }
    let [a, b, c, d, e, f, g, h] = hash;
    for (let i = 0; i < 64; i++) {
      const s1 = rotated(e, 6) ^ rotated(e, 11) ^ rotated(e, 25);
      const t1 = (h + s1 + ((e & f) ^ (~e & g)) + constants[i] + w[i]) | 0;
      const s0 = rotated(a, 2) ^ rotated(a, 13) ^ rotated(a, 22);
      const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      [a, b, c, d, e, f, g, h] = [(t1 + t2) | 0, a, b, c, (d + t1) | 0, e, f, g];
    }
    [a, b, c, d, e, f, g, h].forEach((v, i) => (hash[i] = (hash[i] + v) | 0));
  }
  return hash.map((v) => (v >>> 0).toString(16).padStart(8, "0")).join("");
};

const browserState = () => {
  const cookie = document.cookie.split("; ").find((c) => c.startsWith("countersign_state="));
  return cookie ? cookie.slice("countersign_state=".length) : "";
};

// answer is OpenID Connect Session Management 1.0, section 3.2.
const answer = (message, origin) => {
  const text = typeof message === "string" ? message : "";
  const space = text.lastIndexOf(" ");
  const client = text.slice(0, Math.max(space, 0)), theirs = text.slice(space + 1);
  const salt = theirs.split(".")[1];
  if (!client || !salt) return "error";
  const ours = sha256([client, origin, browserState(), salt].join(" ")) + "." + salt;
  return ours === theirs ? "unchanged" : "changed";
};

addEventListener("message", (e) => {
  // Nobody can be answered at the origin "null".
  if (e.source && e.origin !== "null") e.source.postMessage(answer(e.data, e.origin), e.origin);
});
