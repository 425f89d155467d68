// plain JavaScript on purpose: an old Node must get this message, not "Unknown file extension .ts"
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 22 || (major === 22 && minor < 18)) {
  console.error(
    `Node ${process.version} is too old for the relay: 22.18 or newer is needed. ` +
      'Use "npm start" (it runs the Node pinned in node_modules), or install a newer Node.',
  );
  process.exit(1);
}
await import('./main.ts');
