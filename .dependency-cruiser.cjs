// Who may import whom (docs/architecture.md). Types count too: an import of a type is an import.
const layer = (name, from, allowed) => ({
  name,
  severity: 'error',
  from: { path: from, pathNot: '\\.test\\.ts$' },
  to: { path: '^(src|plugins|sync-server|tests|scripts)/', pathNot: [from, ...allowed] },
});

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: 'no-circular',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    layer('core-imports-nothing', '^src/core/', []),
    layer('crdt', '^src/crdt/', ['^src/core/']),
    layer('columns', '^src/columns/', ['^src/core/', '^src/data-worker/port\\.ts$']),
    layer('replica', '^src/replica/', ['^src/core/', '^src/crdt/', '^src/columns/', '^src/data-worker/port\\.ts$']),
    layer('commands', '^src/commands/', ['^src/core/', '^src/crdt/', '^src/columns/', '^src/data-worker/port\\.ts$']),
    layer('data-worker', '^src/data-worker/', ['^src/(core|crdt|columns|replica|commands|workspace)/']),
    layer('plugin-api', '^src/plugin-api/', ['^src/core/']),
    layer('plugin-host', '^src/plugin-host/', [
      '^src/(core|plugin-api)/',
      '^src/data-worker/port\\.ts$',
      '^src/ui/(app-context|locale\\.svelte)\\.ts$',
      '^plugins/[^/]+/(plugin|client)\\.ts$',
    ]),
    layer('workspace', '^src/workspace/', ['^src/core/']),
    layer('ui', '^src/ui/', ['^src/(core|plugin-api)/', '^src/data-worker/port\\.ts$']),
    layer('routes', '^src/routes/', [
      '^src/(ui|app|core|plugin-api)/',
      '^src/data-worker/port\\.ts$',
      '^src/app\\.css$',
    ]),
    layer('plugins-use-the-plugin-api-only', '^plugins/', [
      '^src/plugin-api/',
      '^src/core/(kit|record|filter|contact)/',
    ]),
    {
      name: 'plugins-are-islands',
      severity: 'error',
      from: { path: '^plugins/([^/]+)/' },
      to: { path: '^plugins/([^/]+)/', pathNot: '^plugins/$1/' },
    },
    layer('relay', '^sync-server/', ['^src/(core|crdt|plugin-api)/']),
    {
      name: 'yjs-in-two-places',
      severity: 'error',
      from: { path: '^(src|plugins)/', pathNot: '^src/(crdt|workspace)/' },
      to: { path: '^node_modules/(yjs|y-indexeddb|y-websocket|y-protocols)/' },
    },
    {
      name: 'dexie-in-one-place',
      severity: 'error',
      from: { path: '^(src|plugins)/', pathNot: '^src/replica/' },
      to: { path: '^node_modules/dexie/' },
    },
    {
      name: 'not-to-unresolvable',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true, pathNot: '^(\\$app|\\$env|\\$service-worker|virtual:|\\./\\$types)' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '\\.svelte-kit' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['svelte', 'import', 'browser', 'default'],
      extensions: ['.ts', '.js', '.svelte', '.svelte.ts'],
    },
  },
};
