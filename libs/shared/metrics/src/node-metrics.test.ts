import { expect, it } from 'vitest';
import { nodeSnapshot, renderMetrics } from './index.ts';

it("shows the node under Kong's names", () => {
  const snapshot = nodeSnapshot(
    { id: 'n', kongVersion: '3.9.1' },
    {
      connectionsActive: 3,
      connectionsReading: 0,
      connectionsWriting: 1,
      connectionsWaiting: 2,
      connectionsAccepted: 5,
      connectionsHandled: 5,
      totalRequests: 7,
      workers: [
        { pid: 10, heapBytes: 100 },
        { pid: 10, heapBytes: 200 },
        { pid: 11, heapBytes: 300 },
      ],
      sharedMemory: { counters: { capacityBytes: 4096, usedBytes: 1024 } },
    },
  );
  expect(renderMetrics(snapshot).match(/^[a-z].*$/gm)).toEqual([
    'kong_datastore_reachable 1',
    'kong_memory_lua_shared_dict_bytes{node_id="n",shared_dict="counters",kong_subsystem="http"} 1024',
    'kong_memory_lua_shared_dict_total_bytes{node_id="n",shared_dict="counters",kong_subsystem="http"} 4096',
    'kong_memory_workers_lua_vms_bytes{node_id="n",pid="10.1",kong_subsystem="http"} 100',
    'kong_memory_workers_lua_vms_bytes{node_id="n",pid="10.2",kong_subsystem="http"} 200',
    'kong_memory_workers_lua_vms_bytes{node_id="n",pid="11",kong_subsystem="http"} 300',
    'kong_nginx_connections_total{node_id="n",subsystem="http",state="accepted"} 5',
    'kong_nginx_connections_total{node_id="n",subsystem="http",state="active"} 3',
    'kong_nginx_connections_total{node_id="n",subsystem="http",state="handled"} 5',
    'kong_nginx_connections_total{node_id="n",subsystem="http",state="reading"} 0',
    'kong_nginx_connections_total{node_id="n",subsystem="http",state="total"} 7',
    'kong_nginx_connections_total{node_id="n",subsystem="http",state="waiting"} 2',
    'kong_nginx_connections_total{node_id="n",subsystem="http",state="writing"} 1',
    'kong_nginx_requests_total{node_id="n",subsystem="http"} 7',
    'kong_node_info{node_id="n",version="3.9.1"} 1',
  ]);
});
