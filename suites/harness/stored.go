package harness

import (
	"context"
	"fmt"
)

// storedScript reads what the pages of an origin have stored: Web Storage and
// the databases of IndexedDB.
const storedScript = `(async () => {
	const held = [...Object.entries(localStorage), ...Object.entries(sessionStorage)];
	const done = r => new Promise((ok, no) => { r.onsuccess = () => ok(r.result); r.onerror = () => no(r.error) });
	for (const {name} of await indexedDB.databases()) {
		const db = await done(indexedDB.open(name));
		for (const store of db.objectStoreNames) {
			held.push([name, store, await done(db.transaction(store).objectStore(store).getAll())]);
		}
		db.close();
	}
	return JSON.stringify(held);
})()`

// Stored is what the pages of the origin that the browser rests at have stored
// there, as JSON.
func (s *Spec) Stored(ctx context.Context) (string, error) {
	return storedIn(ctx, s.Browser)
}

func storedIn(ctx context.Context, b Visitor) (string, error) {
	var held string
	if err := b.Eval(ctx, storedScript, &held); err != nil {
		return "", fmt.Errorf("storage of the browser: %w", err)
	}
	return held, nil
}
