import type { AnyModule } from '@gibbon/contracts/module';
import { compileSchema } from '@gibbon/schema';
import { expect, it } from 'vitest';
import { recordPaths, schemaProblems } from './schema-walk.ts';

type Raw = Readonly<Record<string, unknown>>;

/** Cases that hold for the declaration of every module. */
export function itDescribesItself(definition: AnyModule): void {
  it('says what it is', () => {
    expect(definition.$$type).toBe('gibbon/Module');
    expect(definition.api).toBe(1);
    expect(definition.id).toMatch(new RegExp(`^${definition.kind}\\.[a-z0-9]+(-[a-z0-9]+)*$`));
    expect(definition.summary).toMatch(/^[A-Z].{8,}\.$/);
  });

  it('describes every option, and gives a default or requires it', () => {
    expect(schemaProblems(definition.config)).toEqual([]);
  });
}

/** Cases that hold for the configuration of every module. @param configs configurations that are right. */
export function itKeepsItsConfiguration(definition: AnyModule, configs: readonly Raw[]): void {
  it.each(configs)('completes its configuration, and takes the result again: %j', (config) => {
    const checked = compileSchema(definition.config)(config);
    expect(checked).toMatchObject({ ok: true });
    const complete = (checked as { config: Raw }).config;
    expect(definition.check?.(complete) ?? []).toEqual([]);
    expect(compileSchema(definition.config)(JSON.parse(JSON.stringify(complete)))).toEqual({ ok: true, config: complete });
  });

  it.each(recordPaths(definition.config).map((path) => [path.join('.'), path] as const))(
    'refuses an unknown key in config %s',
    (_, path) => {
      const raw = structuredClone(configs[0] ?? {}) as Record<string, unknown>;
      let record = raw;
      for (const key of path) record = (record[key] ??= {}) as Record<string, unknown>;
      record['no_such_option'] = 1;
      const result = compileSchema(definition.config)(raw);
      expect(result.ok ? [] : result.problems).toContainEqual(
        expect.objectContaining({ path: [...path, 'no_such_option'].join('.'), message: 'unknown field' }),
      );
    },
  );
}
