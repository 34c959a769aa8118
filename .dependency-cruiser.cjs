/** Who may import whom (the layout in README.md). Checked by resolved path with `npm run check:imports`. */
const only = (name, from, allowed, comment) => ({
  name,
  severity: 'error',
  comment,
  from: { path: from },
  to: { path: '^(client|server|simulators|tests|bench)/', pathNot: allowed },
});

module.exports = {
  forbidden: [
    {
      name: 'no-circular',
      severity: 'error',
      comment: 'A circle has no beginning to read from.',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'not-resolvable',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true, pathNot: '^(node:sqlite|geojson)$|\\?(worker|url|inline|raw)|\\.css$' },
    },
    only(
      'contract-alone',
      '^server/contract/',
      '^server/contract/',
      'The contract is the door; nothing lies behind it.',
    ),
    {
      name: 'contract-libraries',
      severity: 'error',
      from: { path: '^server/contract/' },
      to: { path: 'node_modules', pathNot: 'node_modules/(zod|socket\\.io-parser)/' },
    },
    {
      name: 'domain-no-libraries',
      severity: 'error',
      comment: 'Rules are pure: no clock, no network, no disk.',
      from: { path: '^server/domain/' },
      to: { dependencyTypes: ['core', 'npm', 'npm-dev'], pathNot: 'node_modules/@marcbachmann/cel-js/' },
    },
    {
      name: 'domain-expressions',
      severity: 'error',
      comment: 'Only alarm rules are written in an expression language.',
      from: { path: '^server/domain/', pathNot: '^server/domain/alarms/' },
      to: { dependencyTypes: ['npm', 'npm-dev'] },
    },
    only('domain', '^server/domain/', '^server/(domain|contract)/', 'Rules know the contract only.'),
    only('city', '^server/city/', '^server/(city|contract)/', 'The city pack knows the contract only.'),
    {
      name: 'live',
      severity: 'error',
      from: { path: '^server/live/' },
      to: {
        path: '^(client|server|simulators|tests|bench)/',
        pathNot: '^server/(live|domain|contract|city)/',
      },
    },
    only(
      'storage',
      '^server/storage/',
      '^server/(storage|contract)/|^server/live/ports',
      'Storage knows the ports it fills.',
    ),
    only(
      'feeds',
      '^server/feeds/',
      '^server/(feeds|contract|city)/|^server/live/ports|^server/domain/privacy',
      'A feed parser makes observations; it does not touch the live picture.',
    ),
    only(
      'transport',
      '^server/transport/',
      '^server/(transport|contract|live|city|feeds|domain)/',
      'Transport reaches storage only through ports.',
    ),
    only(
      'notify',
      '^server/notify/',
      '^server/(notify|contract)/|^server/domain/notifications/',
      'Telling the outside knows what is told, not the live picture.',
    ),
    only('client', '^client/', '^client/|^server/contract/', 'The client knows the server by its contract.'),
    only('client-sync', '^client/sync/', '^client/sync/|^server/contract/', 'Sync knows no screen.'),
    {
      name: 'client-sync-no-react',
      severity: 'error',
      from: { path: '^client/(sync|map)/' },
      to: { path: 'node_modules/(react|react-dom|antd|recharts)/' },
    },
    only('client-map', '^client/map/', '^client/(map|sync|ui)/|^server/contract/', 'The map knows no panel.'),
    only('client-ui', '^client/ui/', '^client/ui/|^server/contract/', 'Primitives know no screen.'),
    only(
      'simulators',
      '^simulators/',
      '^simulators/|^server/contract/',
      'A simulator is a vendor: it knows the contract.',
    ),
    only(
      'simulators-kernel',
      '^simulators/kernel/',
      '^simulators/kernel/|^server/contract/',
      'The kernel knows no model.',
    ),
    {
      name: 'outgoing',
      severity: 'error',
      comment: 'What this server asks of others by itself goes through the one guarded way out.',
      from: { path: '^server/', pathNot: '^server/(notify|main\\.ts|demo\\.ts|config\\.ts)' },
      to: { path: '^server/notify/' },
    },
    {
      name: 'process-env',
      severity: 'error',
      comment: 'Only the composition root reads the configuration.',
      from: { path: '^server/', pathNot: '^server/(main|demo|config)\\.ts$' },
      to: { path: '^server/(main|demo|config)\\.ts$' },
    },
  ],
  options: {
    parser: 'swc',
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      extensions: ['.ts', '.tsx', '.js', '.mjs', '.json'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
    },
    reporterOptions: { text: { highlightFocused: true } },
  },
};
