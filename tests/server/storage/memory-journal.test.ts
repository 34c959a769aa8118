import { journalContract } from '../../support/journal-contract.ts';
import { MemoryJournal } from '../../support/memory-journal.ts';

journalContract("the tests' journal in memory", () => {
  const store = new MemoryJournal();
  return { open: async () => new MemoryJournal(store) };
});
