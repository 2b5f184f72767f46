// lockfree-lab run realm-versions
// expected:begin (made by npm run refresh)
// broken    property, 1 preemption
// repaired  complete and clean
// expected:end
import type { Report } from '../../src/gallery/report.ts';
import { sample } from '../../src/gallery/report.ts';
import type { Shared } from '../../src/checker/types.ts';

const words = { latest: 1, handled: 0, delivered: 0 };
type Words = Shared<typeof words>;

const commit = ({ latest }: Words): void => void latest.add(1);

/** Delivers the changes of all versions that nobody has handled, and says up to which it has. */
const notify =
  (readsAgain: boolean) =>
  ({ latest, handled, delivered }: Words): void => {
    const final = latest.load();
    const from = handled.load();
    delivered.add((readsAgain ? latest.load() : final) - from);
    handled.store(final);
  };

const asHandled = ({ handled, delivered }: { handled: number; delivered: number }): boolean =>
  delivered === handled;

export const realmVersions: Report = {
  id: 'realm-versions',
  title: 'a version that is read twice and has changed in between',
  sources: [{ project: 'realm/realm-core', number: 4449 }],
  about:
    'A notifier takes the latest version under a lock, and one of its code paths asks for the latest version once more, when the lock is given back. After a commit in between it is ' +
    'another one: what was delivered and what is noted as delivered do not match.',
  repair: 'The version is read once, and everything is done up to that one.',
  shows: 'property',
  broken: sample({ words, threads: [notify(true), commit], finally: asHandled }),
  repaired: sample({ words, threads: [notify(false), commit], finally: asHandled }),
};
