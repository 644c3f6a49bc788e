import { afterAll } from 'vitest'
import { startServer } from '../support/server.ts'
import { chooseClients } from './clients.ts'
import { createCompatibility } from './compatibility.ts'
import { scenario } from './scenario.ts'
import { clientSuite } from './suite.ts'

const wanted = process.env.NMR_TEST_CLIENTS
const clients = chooseClients(wanted)
const { record, write } = createCompatibility(clients, scenario)

clientSuite({ clients, steps: scenario, start: startServer, record })

afterAll(async () => {
  if (wanted === 'all') await write()
})
