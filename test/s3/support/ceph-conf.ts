/** Where one cluster keeps its things and listens. */
export interface CephPlace {
  readonly folder: string
  /** A UUID. */
  readonly cluster: string
  readonly port: number
  readonly monitorPort: number
}

/** The configuration of the smallest Ceph there is: one monitor, one storage daemon in memory, one S3 gateway. */
export function cephConf({ folder, cluster, port, monitorPort }: CephPlace): string {
  const monitor = `127.0.0.1:${monitorPort}`
  return ini({
    global: {
      fsid: cluster,
      keyring: `${folder}/keyring`,
      run_dir: `${folder}/run`,
      admin_socket: `${folder}/run/$name.asok`,
      log_file: `${folder}/log/$name.log`,
      pid_file: '',
      mon_data: `${folder}/mon`,
      osd_data: `${folder}/osd`,
      rgw_data: `${folder}/rgw`,
      // All of it on loopback, with the older of the two protocols, which needs one port.
      mon_host: `v1:${monitor}`,
      public_addr: '127.0.0.1',
      cluster_addr: '127.0.0.1',
      public_network: '127.0.0.0/8',
      ms_bind_ipv6: false,
      ms_bind_msgr2: false,
      ms_learn_addr_from_peer: false,
      auth_allow_insecure_global_id_reclaim: false,
      // One copy of everything, in memory.
      osd_objectstore: 'memstore',
      memstore_device_bytes: 4 * 1024 ** 3,
      osd_pool_default_size: 1,
      osd_pool_default_min_size: 1,
      osd_pool_default_pg_num: 1,
      osd_pool_default_pgp_num: 1,
      osd_pool_default_pg_autoscale_mode: 'off',
      osd_crush_chooseleaf_type: 0,
      osd_crush_update_on_start: false,
      osd_class_update_on_start: false,
      mon_allow_pool_size_one: true,
      mon_max_pg_per_osd: 1000,
      // Without the option every request takes 40 ms more.
      rgw_frontends: `beast endpoint=127.0.0.1:${port} tcp_nodelay=1`,
      rgw_thread_pool_size: 32,
      rgw_run_sync_thread: false,
      rgw_enable_usage_log: false,
    },
    'mon.a': { host: 'localhost', mon_addr: monitor },
    'osd.0': { host: 'localhost' },
  })
}

function ini(
  sections: Readonly<Record<string, Readonly<Record<string, string | number | boolean>>>>,
): string {
  return Object.entries(sections)
    .flatMap(([name, entries]) => [
      `[${name}]`,
      ...Object.entries(entries).map(([key, value]) => `${key} = ${value}`),
    ])
    .join('\n')
    .concat('\n')
}
