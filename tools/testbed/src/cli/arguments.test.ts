import { describe, expect, it } from 'vitest';
import { parseArguments, type Command } from './arguments.ts';

const name = 'default';

describe('parseArguments', () => {
  it.each<[string, Command]>([
    ['', { kind: 'help' }],
    ['--help', { kind: 'help' }],
    ['build', { kind: 'build' }],
    ['check', { kind: 'check' }],
    ['list', { kind: 'list' }],
    ['up', { kind: 'up', name, images: [], apiPort: 0 }],
    ['up --name x --image a.tar --image=b.tar --api-port 6443', { kind: 'up', name: 'x', images: ['a.tar', 'b.tar'], apiPort: 6443 }],
    ['--name x up', { kind: 'up', name: 'x', images: [], apiPort: 0 }],
    ['--name=x up --name y', { kind: 'up', name: 'y', images: [], apiPort: 0 }],
    ['down', { kind: 'down', name, all: false }],
    ['down --all', { kind: 'down', name, all: true }],
    ['status --name=x', { kind: 'status', name: 'x' }],
    ['shell', { kind: 'shell', name }],
    ['kubectl get pods --name x -A', { kind: 'kubectl', name, args: ['get', 'pods', '--name', 'x', '-A'] }],
    ['--name x kubectl exec a -- ls', { kind: 'kubectl', name: 'x', args: ['exec', 'a', '--', 'ls'] }],
    ['exec -- ls -l --name', { kind: 'exec', name, command: ['ls', '-l', '--name'] }],
    ['exec ls -- x', { kind: 'exec', name, command: ['ls', '--', 'x'] }],
    ['load-image a.tar b.tar --name x', { kind: 'load-image', name: 'x', files: ['a.tar', 'b.tar'] }],
    ['logs', { kind: 'logs', name, component: null, follow: false }],
    ['logs kubelet -f', { kind: 'logs', name, component: 'kubelet', follow: true }],
    ['logs --follow etcd', { kind: 'logs', name, component: 'etcd', follow: true }],
    ['restart kube-apiserver', { kind: 'component', name, action: 'restart', component: 'kube-apiserver' }],
    ['forward 8080 10.20.0.1:80', { kind: 'forward', name, localPort: 8080, host: '10.20.0.1', port: 80 }],
    [
      'forward 0 web.default.svc.cluster.local:8080',
      { kind: 'forward', name, localPort: 0, host: 'web.default.svc.cluster.local', port: 8080 },
    ],
  ])('%s', (line, command) => {
    expect(parseArguments(line.split(' ').filter((word) => word !== ''))).toEqual(command);
  });

  it.each([
    ['upp', "no command 'upp'"],
    ['--name', '--name needs a value'],
    ['up --name', '--name needs a value'],
    ['up --image=', '--image needs a value'],
    ['up now', "up takes no arguments, not 'now'"],
    ['up --force', "no flag '--force' here, there are: --name, --image, --api-port"],
    ['up --api-port 70000', '--api-port takes a port'],
    ['build --name x', "no flag '--name' here, there are: none"],
    ['down --all=yes', '--all takes no value'],
    ['exec', 'exec needs a command: exec -- COMMAND [ARGUMENT...]'],
    ['exec --', 'exec needs a command: exec -- COMMAND [ARGUMENT...]'],
    ['load-image', 'load-image needs the tar of an image'],
    ['logs a b', 'logs takes one component'],
    ['stop', 'stop takes one component'],
    ['forward 8080', 'forward takes a local port and an address: forward 8080 10.20.0.1:80'],
    ['forward x 10.20.0.1:80', 'forward takes a local port and an address: forward 8080 10.20.0.1:80'],
    ['forward 8080 10.20.0.1:99999', 'forward takes a local port and an address: forward 8080 10.20.0.1:80'],
  ])('refuses %s', (line, problem) => {
    expect(parseArguments(line.split(' '))).toEqual({ problem });
  });
});
