/** What the audit reads: one unchanging view of the journal's tables, and the notes of where it ends. Writes nothing. */
import { existsSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { Client } from 'pg';
import type { LocalText } from '../contract/text.ts';
import { verifyJournal, type Anchor, type AuditReport, type Finding } from './audit-verify.ts';
import type { Head } from './hash-chain.ts';
import { NOTE_IN_DATABASE, readHeadFile } from './head-file.ts';
import type { ChainRow } from './journal-rows.ts';
import { journalFiles } from './open-stores.ts';
import { connectionOf, unusable } from './postgres-pool.ts';
import { sqliteValues, type SqlDatabase, type SqlRow } from './sql-database.ts';

const PAGE = 2_000;

export interface AuditTarget {
  readonly dataDir: string;
  /** `postgres://…`; null: the SQLite file in `dataDir`. */
  readonly databaseUrl: string | null;
  /** An entry as somebody noted it elsewhere. */
  readonly expect: Head | null;
}

export interface Audit extends AuditReport {
  /** What could not be held against anything. */
  readonly warnings: readonly LocalText[];
}

const NOT_NOTED: LocalText = {
  zh: '旧版本的文件没有在数据库中记下日志的末尾',
  en: "a file of an older version does not note the journal's end in the database",
};
const noteGone = (seq: number): Finding => ({
  kind: 'note-deleted',
  seq,
  text: {
    zh: '数据库中记录日志末尾的条目被删除:末尾是否被截去已无法据此判断',
    en: "the database's note of the journal's end was deleted: it cannot tell whether the end was cut off",
  },
});

interface View extends SqlDatabase {
  hasColumn(table: string, column: string): Promise<boolean>;
}

/** Reads and judges the whole journal. @throws with a sentence where there is none or it cannot be read. */
export async function auditJournal(target: AuditTarget): Promise<Audit> {
  const { dataDir, databaseUrl, expect } = target;
  const files = journalFiles(dataDir);
  const headFile = databaseUrl === null ? files.sqliteHead : files.postgresHead;
  const warnings: LocalText[] = [];
  const anchors: Anchor[] = [];
  // Before the journal: what is noted there must already be in what is read after it.
  for (const line of await readHeadFile(headFile)) {
    if (line !== null) anchors.push({ ...line, isEnd: false, where: { zh: headFile, en: headFile } });
    else warnings.push({ zh: `${headFile} 无法识别`, en: `${headFile} holds what is no head` });
  }
  if (anchors.length === 0)
    warnings.push({
      zh: `没有 ${headFile}:末尾只能据数据库自身的记录核对`,
      en: `there is no ${headFile}: the end is held only against the database's own note`,
    });
  if (expect !== null) anchors.push({ ...expect, isEnd: false, where: { zh: '--expect', en: '--expect' } });
  const view = databaseUrl === null ? sqliteView(files.sqlite) : await postgresView(databaseUrl);
  try {
    if (!(await view.hasColumn('journal', 'seq'))) {
      const where = databaseUrl === null ? files.sqlite : 'PostgreSQL';
      throw new Error(`${where} 中没有日志 / ${where} holds no journal`);
    }
    // A file that no version with commands has opened yet.
    const old = !(await view.hasColumn('journal', 'command'));
    const noted = await notedInDatabase(view);
    anchors.push(...noted);
    const report = await verifyJournal(rowsOf(view, old ? 'NULL' : 'command'), anchors);
    if (noted.some((anchor) => anchor.isEnd)) return { ...report, warnings };
    if (old) return { ...report, warnings: [...warnings, NOT_NOTED] };
    return { ...report, warnings, findings: [...report.findings, noteGone(report.head.seq)] };
  } finally {
    await view.close();
  }
}

async function notedInDatabase(view: View): Promise<Anchor[]> {
  if (!(await view.hasColumn('journal_heads', 'seq'))) return [];
  const rows = await view.run('SELECT id, seq, hash FROM journal_heads ORDER BY id', []);
  return rows.map((row) => {
    const isEnd = Number(row.id) === 1;
    const where = isEnd
      ? NOTE_IN_DATABASE
      : { zh: '数据库中保留的早先记录', en: 'an earlier note kept in the database' };
    return { seq: Number(row.seq), hash: row.hash as string, isEnd, where };
  });
}

async function* rowsOf(view: View, command: 'command' | 'NULL'): AsyncGenerator<ChainRow> {
  const sql = `SELECT seq, at_ms, actor, type, payload, ${command} AS command, hash
    FROM journal WHERE seq > $1 ORDER BY seq LIMIT ${PAGE}`;
  for (let after = Number.MIN_SAFE_INTEGER; ;) {
    const rows = await view.run(sql, [after]);
    for (const row of rows) {
      yield {
        seq: (after = Number(row.seq)),
        atMs: Number(row.at_ms),
        actor: row.actor as string,
        type: row.type as string,
        payload: row.payload as string,
        command: row.command as string | null,
        hash: row.hash as string,
      };
    }
    if (rows.length < PAGE) return;
  }
}

function sqliteView(file: string): View {
  if (!existsSync(file)) throw new Error(`没有 ${file} / there is no ${file}`);
  const db = new DatabaseSync(file, { readOnly: true });
  db.exec('BEGIN');
  const run: SqlDatabase['run'] = async (sql, values) =>
    db.prepare(sql).all(sqliteValues(values)) as SqlRow[];
  return {
    run,
    hasColumn: async (table, column) =>
      (await run('SELECT 1 FROM pragma_table_info($1) WHERE name = $2', [table, column])).length > 0,
    close: async () => db.close(),
  };
}

async function postgresView(url: string): Promise<View> {
  const client = new Client(connectionOf(url));
  try {
    await client.connect();
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
  } catch (cause) {
    throw new Error(unusable(url, cause), { cause });
  }
  const run: SqlDatabase['run'] = async (sql, values) => (await client.query(sql, [...values])).rows;
  return {
    run,
    hasColumn: async (table, column) =>
      (
        await run('SELECT 1 AS there FROM pg_attribute WHERE attrelid = to_regclass($1) AND attname = $2', [
          table,
          column,
        ])
      ).length > 0,
    close: () => client.end(),
  };
}
