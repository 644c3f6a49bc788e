import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { cephConf } from './ceph-conf.ts'
import { type Daemon, startDaemon, until } from './daemon.ts'
import { freePorts } from './free-ports.ts'

const run = promisify(execFile)

/** A real S3 server on loopback, and the keys of somebody who may use it. */
export interface S3Server {
  readonly port: number
  readonly accessKeyId: string
  readonly secretAccessKey: string
  stop(): Promise<void>
}

/**
 * Starts Ceph's S3 gateway over a monitor and a storage daemon that keeps everything in memory. Installs them when
 * they are missing, which needs root and Debian's packages.
 */
export async function startRadosgw(): Promise<S3Server> {
  await install()
  const folder = await mkdtemp(join(tmpdir(), 'nmr-radosgw-'))
  const [port = 0, monitorPort = 0] = await freePorts(2)
  const user = { accessKeyId: 'nmr-test-key', secretAccessKey: 'nmr-test-secret' }
  const cluster: Daemon[] = []

  function start(program: string, ...args: readonly string[]): void {
    const log = join(folder, 'log', `${program}.out`)
    cluster.unshift(startDaemon(program, ['-c', join(folder, 'ceph.conf'), ...args, '-f'], log))
  }

  async function stop(): Promise<void> {
    for (const daemon of cluster) await daemon.stop()
    await rm(folder, { recursive: true, force: true })
  }

  try {
    const ceph = await prepare(folder, { port, monitorPort })
    start('ceph-mon', '-i', 'a')
    const disk = randomUUID()
    await ceph('ceph', 'osd', 'new', disk, '0')
    // Formatted under another id than the monitor knows, it would wait for ever.
    await ceph('ceph-osd', '-i', '0', '--mkfs', '--osd-uuid', disk)
    await ceph('ceph', 'osd', 'crush', 'add', 'osd.0', '1.0', 'root=default', 'host=localhost')
    start('ceph-osd', '-i', '0')
    await until('the storage is up', cluster, async () =>
      (await ceph('ceph', 'osd', 'stat')).includes('1 up'),
    )
    start('radosgw', '-n', 'client.admin')
    const keys = ['--access-key', user.accessKeyId, '--secret-key', user.secretAccessKey]
    await ceph('radosgw-admin', 'user', 'create', '--uid', 'nmr', '--display-name', 'nmr', ...keys)
    await until('the gateway listens', cluster, () => listens(port))
  } catch (error) {
    await stop()
    throw error
  }
  return { port, ...user, stop }
}

async function install(): Promise<void> {
  const programs = ['radosgw', 'radosgw-admin', 'ceph', 'ceph-mon', 'ceph-osd', 'ceph-authtool', 'monmaptool']
  const missing = await run('which', programs).then(
    () => false,
    () => true,
  )
  if (!missing) return
  const options = { env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }, maxBuffer: 64 * 1024 * 1024 }
  const packages = ['radosgw', 'ceph-mon', 'ceph-osd', 'ceph-common']
  await run('apt-get', ['update'], options)
  await run('apt-get', ['install', '-y', '--no-install-recommends', ...packages], options)
}

/** Lays out a cluster's folder, and answers a way to run Ceph's programs in it. */
async function prepare(folder: string, ports: { readonly port: number; readonly monitorPort: number }) {
  const id = randomUUID()
  const keyring = join(folder, 'keyring')
  const map = join(folder, 'monmap')
  for (const name of ['mon', 'osd', 'rgw', 'run', 'log']) await mkdir(join(folder, name))
  await writeFile(join(folder, 'ceph.conf'), cephConf({ folder, cluster: id, ...ports }))
  await run('ceph-authtool', [
    '--create-keyring',
    keyring,
    '--gen-key',
    '-n',
    'mon.',
    '--cap',
    'mon',
    'allow *',
  ])
  for (const name of ['client.admin', 'osd.0']) {
    const may = ['mon', 'osd', 'mgr'].flatMap((daemon) => ['--cap', daemon, 'allow *'])
    await run('ceph-authtool', [keyring, '--gen-key', '-n', name, ...may])
  }
  await run('monmaptool', ['--create', '--addv', 'a', `v1:127.0.0.1:${ports.monitorPort}`, '--fsid', id, map])

  async function ceph(program: string, ...args: readonly string[]): Promise<string> {
    const { stdout } = await run(program, ['-c', join(folder, 'ceph.conf'), ...args], { timeout: 60_000 })
    return stdout
  }
  await ceph('ceph-mon', '-i', 'a', '--mkfs', '--monmap', map, '--keyring', keyring)
  return ceph
}

async function listens(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1')
  try {
    return await new Promise((resolve) => {
      socket.once('connect', () => resolve(true))
      socket.once('error', () => resolve(false))
    })
  } finally {
    socket.destroy()
  }
}
