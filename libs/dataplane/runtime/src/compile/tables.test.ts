import { describe, expect, test } from 'vitest';
import { ConfigurationTables } from './tables.ts';
import { configuration, plugin, route, service } from './testing.ts';

describe('ConfigurationTables', () => {
  test('finds rows by id, field and reference', () => {
    const tables = new ConfigurationTables();
    tables.apply({ routes: { upserted: [route('r1', { service: { id: 's1' } }), route('r2')], deleted: [] } });
    expect(tables.get('routes', 'r1')?.id).toBe('r1');
    expect(tables.find('routes', 'name', 'r2')?.id).toBe('r2');
    expect(tables.children('routes', 'service', 's1').map(({ id }) => id)).toEqual(['r1']);
    expect(tables.get('services', 's1')).toBeNull();
    expect(tables.find('routes', 'name', 'r9')).toBeNull();
    expect(tables.children('routes', 'service', 's9')).toEqual([]);
  });

  test('keeps indexes that were built before a change', () => {
    const tables = new ConfigurationTables();
    tables.apply({ routes: { upserted: [route('r1', { service: { id: 's1' } })], deleted: [] } });
    expect(tables.find('routes', 'name', 'r1')).not.toBeNull();
    expect(tables.children('routes', 'service', 's1')).toHaveLength(1);

    tables.apply({
      routes: { upserted: [route('r1', { name: 'renamed', service: { id: 's2' } }), route('r2', { service: { id: 's2' } })], deleted: [] },
    });
    expect(tables.find('routes', 'name', 'r1')).toBeNull();
    expect(tables.find('routes', 'name', 'renamed')?.id).toBe('r1');
    expect(tables.children('routes', 'service', 's1')).toEqual([]);
    expect(tables.children('routes', 'service', 's2').map(({ id }) => id)).toEqual(['r1', 'r2']);

    tables.apply({ routes: { upserted: [], deleted: ['r1', 'r2'] } });
    expect(tables.find('routes', 'name', 'renamed')).toBeNull();
    expect(tables.children('routes', 'service', 's2')).toEqual([]);
    expect(tables.count('routes')).toBe(0);
  });

  test('a name that moves between rows in one delta is found on its new row', () => {
    const tables = new ConfigurationTables();
    tables.apply({ services: { upserted: [service('a', { name: 'api' })], deleted: [] } });
    expect(tables.find('services', 'name', 'api')?.id).toBe('a');
    tables.apply({ services: { upserted: [service('b', { name: 'api' })], deleted: ['a'] } });
    expect(tables.find('services', 'name', 'api')?.id).toBe('b');
  });

  test('computes the delta to a whole configuration, identical rows left out', () => {
    const tables = new ConfigurationTables();
    const kept = service('kept');
    tables.apply({ services: { upserted: [kept, service('gone')], deleted: [] }, plugins: { upserted: [plugin('p')], deleted: [] } });
    const changed = service('new');
    expect(tables.deltaTo(configuration({ services: [kept, changed] }))).toEqual({
      services: { upserted: [changed], deleted: ['gone'] },
      plugins: { upserted: [], deleted: ['p'] },
    });
  });
});
