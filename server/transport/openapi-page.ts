/** The OpenAPI document as one page for people: no script, nothing from elsewhere. */
import type { OpenApiDocument } from './openapi.ts';

const escape = (s: unknown): string => String(s).replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);

interface Operation {
  readonly tags?: readonly string[];
  readonly summary?: string;
  readonly description?: string;
  readonly parameters?: readonly {
    readonly name?: string;
    readonly in?: string;
    readonly required?: boolean;
    readonly schema?: unknown;
  }[];
  readonly requestBody?: { readonly content?: Readonly<Record<string, { readonly schema?: unknown }>> };
  readonly responses?: Readonly<
    Record<
      string,
      {
        readonly description?: string;
        readonly content?: Readonly<Record<string, { readonly schema?: unknown }>>;
      }
    >
  >;
}

export function apiDocsPage(document: OpenApiDocument): string {
  const operations = Object.entries(document.paths ?? {}).flatMap(([path, item]) =>
    (['get', 'post', 'put', 'patch', 'delete'] as const).flatMap((method) => {
      const operation = item[method] as Operation | undefined;
      return operation === undefined ? [] : [{ path, method, operation }];
    }),
  );
  const tags = [...new Set(operations.map((o) => o.operation.tags?.[0] ?? 'Other'))];
  const sections = tags.map((tag) => {
    const inside = operations.filter((o) => (o.operation.tags?.[0] ?? 'Other') === tag);
    return `<section id="${escape(tag)}"><h2>${escape(tag)}</h2>${inside.map(operationHtml).join('')}</section>`;
  });
  const schemas = Object.entries(document.components?.schemas ?? {}).map(
    ([name, schema]) =>
      `<details id="schema-${escape(name)}"><summary><code>${escape(name)}</code></summary><pre>${escape(
        JSON.stringify(schema, null, 2),
      )}</pre></details>`,
  );
  const links = [...tags, 'Schemas'].map((t) => `<a href="#${escape(t)}">${escape(t)}</a>`).join(' · ');
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>${escape(document.info.title)} API</title><style>${css}</style></head>
<body><main><h1>${escape(document.info.title)} API <small>${escape(document.info.version)}</small></h1>
<p>${escape(document.info.description ?? '')} <a href="/api/openapi.json">openapi.json</a></p><nav>${links}</nav>
${sections.join('\n')}<section id="Schemas"><h2>Schemas</h2>${schemas.join('\n')}</section></main></body></html>`;
}

function operationHtml({
  path,
  method,
  operation,
}: {
  path: string;
  method: string;
  operation: Operation;
}): string {
  const parameters = (operation.parameters ?? []).map(
    (p) =>
      `<tr><td><code>${escape(p.name)}</code></td><td>${escape(p.in)}${p.required ? ', required' : ''}</td><td>${schemaHtml(
        p.schema,
      )}</td></tr>`,
  );
  const body = Object.entries(operation.requestBody?.content ?? {}).map(
    ([type, media]) => `<li><code>${escape(type)}</code> ${schemaHtml(media.schema)}</li>`,
  );
  const responses = Object.entries(operation.responses ?? {}).map(([status, r]) => {
    const shapes = Object.values(r.content ?? {}).map((media) => schemaHtml(media.schema));
    return `<li><b>${escape(status)}</b> ${escape(r.description ?? '')} ${shapes.join(' ')}</li>`;
  });
  return `<article><h3><span class="m">${escape(method.toUpperCase())}</span> <code>${escape(path)}</code></h3>
<p>${escape(operation.summary ?? '')}</p>${operation.description ? `<p>${escape(operation.description)}</p>` : ''}
${parameters.length > 0 ? `<table>${parameters.join('')}</table>` : ''}
${body.length > 0 ? `<h4>Body</h4><ul>${body.join('')}</ul>` : ''}<h4>Answers</h4><ul>${responses.join('')}</ul></article>`;
}

/** A schema in a few words, or folded up where it is long. */
function schemaHtml(schema: unknown): string {
  if (typeof schema !== 'object' || schema === null) return '';
  const ref = '$ref' in schema && typeof schema.$ref === 'string' ? schema.$ref.split('/').at(-1) : undefined;
  if (ref !== undefined) return `<a href="#schema-${escape(ref)}">${escape(ref)}</a>`;
  const text = JSON.stringify(schema);
  if (text.length <= 160) return `<code>${escape(text)}</code>`;
  return `<details><summary>schema</summary><pre>${escape(JSON.stringify(schema, null, 2))}</pre></details>`;
}

const css = `
:root{color-scheme:light dark}
body{font:16px/1.5 system-ui,sans-serif;margin:0}
main{max-width:60rem;margin:0 auto;padding:1rem 1.5rem 4rem}
h1 small{font-weight:400;opacity:.7}
article{border-top:1px solid color-mix(in srgb,currentColor 20%,transparent);padding:.5rem 0 1rem}
h3{margin:.5rem 0}h4{margin:.5rem 0 0}
.m{display:inline-block;min-width:3.2rem;font-size:.8rem;letter-spacing:.04em}
code,pre{font:14px/1.5 ui-monospace,monospace}
pre{overflow:auto;padding:.75rem;background:color-mix(in srgb,currentColor 6%,transparent)}
td{padding:.15rem 1rem .15rem 0;vertical-align:top}
ul{margin:.25rem 0;padding-left:1.25rem}
a{color:LinkText}`;
