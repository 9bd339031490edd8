// A real AT Protocol server for the tests: a PDS and an in-memory directory of accounts, on loopback only.
// usage: node start.mjs <pds port> <directory port> <data folder>; it ends when its standard input does.
import net from 'node:net'
import path from 'node:path'

// Both servers call listen(port) without a host, which would open them to the whole network.
const listen = net.Server.prototype.listen
net.Server.prototype.listen = function (...args) {
  if (typeof args[0] === 'number' && typeof args[1] !== 'string') args.splice(1, 0, '127.0.0.1')
  return listen.apply(this, args)
}

const [port, directoryPort] = process.argv.slice(2, 4).map(Number)
const folder = process.argv[4]

process.env.LOG_ENABLED ??= 'false' // read while the servers are imported
const { PDS } = await import('@atproto/pds')
const { Secp256k1Keypair } = await import('@atproto/crypto')
const { Database, PlcServer } = await import('@did-plc/server')

const directory = PlcServer.create({ db: Database.mock(), port: directoryPort })
await directory.start()

const key = await Secp256k1Keypair.create({ exportable: true })
const pds = await PDS.fromEnv({
  devMode: true,
  port,
  hostname: 'localhost',
  dataDirectory: folder,
  blobstoreDiskLocation: path.join(folder, 'blobs'),
  blobUploadLimit: 5 * 1024 * 1024,
  didPlcUrl: `http://127.0.0.1:${directoryPort}`,
  recoveryDidKey: key.did(),
  plcRotationKeyK256PrivateKeyHex: Buffer.from(await key.export()).toString('hex'),
  adminPassword: 'admin-for-tests',
  jwtSecret: 'secret-for-tests',
  serviceHandleDomains: ['.test'],
  inviteRequired: false,
  disableSsrfProtection: true,
  rateLimitsEnabled: true,
  // Nothing listens there: whatever needs the AppView is refused at once, and nothing leaves this machine.
  bskyAppViewUrl: 'http://127.0.0.1:1',
  bskyAppViewDid: 'did:example:nobody',
})
await pds.start()
console.log('ready')

const stop = async () => {
  await pds.destroy()
  await directory.destroy()
  process.exit(0)
}
process.stdin.resume().on('end', stop)
process.on('SIGTERM', stop)
