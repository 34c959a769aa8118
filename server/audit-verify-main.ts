/**
 * `npm run audit:verify -- [--data DIR] [--database-url URL] [--expect SEQ:HASH]`: reads the whole journal, says every
 * entry that was tampered with and where the journal now ends. Ends with 1 where something was found, 2 where it could not look.
 */
import { Command, InvalidArgumentError } from 'commander';
import type { LocalText } from './contract/text.ts';
import { auditJournal } from './storage/audit-source.ts';
import type { Head } from './storage/hash-chain.ts';
import { parseHead } from './storage/head-file.ts';

/** A journal rewritten from its beginning need not be said a million times. */
const MOST_SHOWN = 100;

interface Arguments {
  readonly data: string;
  readonly databaseUrl?: string;
  readonly expect?: Head;
}

const head = (text: string): Head => {
  const parsed = parseHead(text);
  if (parsed === null) throw new InvalidArgumentError('It is SEQ:HASH, as an earlier run printed it.');
  return parsed;
};
const both = (text: LocalText): string => `${text.zh} / ${text.en}`;

const given = new Command('audit:verify')
  .description('Finds any edited, deleted, re-ordered or cut-off entry of the journal')
  .option('--data <folder>', "the server's data folder", 'data')
  .option('--database-url <url>', 'the PostgreSQL database, where the server uses one')
  .option('--expect <head>', 'SEQ:HASH, as an earlier run printed it and somebody kept it elsewhere', head)
  .parse()
  .opts<Arguments>();

try {
  const audit = await auditJournal({
    dataDir: given.data,
    databaseUrl: given.databaseUrl ?? null,
    expect: given.expect ?? null,
  });
  for (const warning of audit.warnings) console.warn(`⚠ ${both(warning)}`);
  for (const finding of audit.findings.slice(0, MOST_SHOWN)) console.error(`✗ ${both(finding.text)}`);
  const more = audit.findings.length - MOST_SHOWN;
  if (more > 0) console.error(`✗ …… 另有 ${more} 处 / and ${more} more`);
  const { entries, findings } = audit;
  console.log(
    findings.length === 0
      ? `✓ ${entries} 条,完整无改动 / ${entries} entries, whole and unchanged`
      : `✗ ${entries} 条,发现 ${findings.length} 处问题 / ${entries} entries, ${findings.length} findings`,
  );
  console.log(`末尾(请另行保存)/ the end (keep it elsewhere): ${audit.head.seq}:${audit.head.hash}`);
  if (findings.length > 0) process.exitCode = 1;
} catch (cause) {
  console.error(cause instanceof Error ? cause.message : String(cause));
  process.exitCode = 2;
}
