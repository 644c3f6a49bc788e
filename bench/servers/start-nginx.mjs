import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { startProcess } from './process.mjs'

/** Starts nginx as Debian has it, with one worker; all of its files are in `folder`, and `http` goes into its block of that name. */
export async function startNginx({ folder, url, http }) {
  const config = join(folder, 'nginx.conf')
  await writeFile(config, configuration(folder, http))
  const args = ['-p', folder, '-c', config, '-e', join(folder, 'nginx.log')]
  return startProcess({ folder, command: 'nginx', args, url })
}

function configuration(folder, http) {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
  return `
daemon off;
worker_processes 1;
pid ${folder}/nginx.pid;
error_log ${folder}/nginx.log;
${process.getuid?.() === 0 ? 'user root;' : ''}
events { worker_connections 768; }
http {
  access_log off;
  sendfile on;
  tcp_nopush on;
  keepalive_requests 1000000000;
${temporary.map((each) => `  ${each}_temp_path ${folder}/${each};`).join('\n')}
${http}
}
`
}
