import { describe, expect, it } from 'vitest';
import { layoutOf } from './layout.ts';

describe('layoutOf', () => {
  it('keeps everything of a testbed in a folder and a cgroup of its name', () => {
    const layout = layoutOf('x-1', '/home/me/.local/state/gibbon/testbed');
    expect([layout.folder, layout.cgroup]).toEqual(['/home/me/.local/state/gibbon/testbed/x-1', '/gibbon-testbed-x-1']);
    const { name: _name, folder, cgroup: _cgroup, memory, containerdSocket, ...files } = layout;
    for (const file of Object.values(files)) expect(file.startsWith(`${folder}/`)).toBe(true);
    expect(containerdSocket.startsWith(`${memory}/`)).toBe(true);
  });

  it.each(['', 'A', 'a_b', '-a', 'a-', 'a/b', '..', 'a'.repeat(41)])("refuses the name '%s'", (name) => {
    expect(() => layoutOf(name, '/state')).toThrow(`not '${name}'`);
  });

  it.each(['/run/user/0', '/var/lib/x', '/var/log/x'])('refuses %s, which is hidden inside', (state) => {
    expect(() => layoutOf('x', state)).toThrow('is hidden inside a testbed: set XDG_STATE_HOME');
  });

  it('refuses paths that are too long for a socket', () => {
    expect(() => layoutOf('x', `/${'s'.repeat(100)}`)).toThrow('too long for a socket');
  });
});
