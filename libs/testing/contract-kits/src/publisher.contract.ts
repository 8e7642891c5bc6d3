import type { Configuration, ConfigurationDelta, Entity, EntityType } from '@gibbon/contracts/entities';
import type { Scope } from '@gibbon/contracts/module';
import type { ConfigurationChange, Publisher, PublishResult } from '@gibbon/contracts/publisher';
import { applyDelta, diff, emptyConfiguration, ENTITY_TYPES } from '@gibbon/model';
import { afterEach, describe, expect, it } from 'vitest';
import { testConsumer, testRoute, testService } from './test-entities.ts';
import { TestScope } from './test-scope.ts';

/** A publisher and a look at its target. */
export interface PublisherTarget {
  readonly publisher: Publisher;
  /** What the target serves now. Entities need their id, name and, for services, host; more is not looked at. */
  served(): Promise<Configuration>;
  /** Makes the target refuse everything, until `restore`. Where it cannot: absent. */
  break?(): Promise<void>;
  restore?(): Promise<void>;
}

/** What {@link describePublisher} is told about a publisher. */
export interface PublisherSuite {
  readonly name: string;
  /** Makes a fresh target with nothing in it, and a publisher to it that ends with the scope. */
  open(scope: Scope): Promise<PublisherTarget>;
}

const NEVER = new AbortController().signal;
const SERVICE = testService({ name: 'web' });
const ROUTE = testRoute({ name: 'web' });

const FIRST = applyDelta(emptyConfiguration(), {
  services: { upserted: [SERVICE], deleted: [] },
  routes: { upserted: [ROUTE], deleted: [] },
});
const SECOND = applyDelta(FIRST, {
  services: { upserted: [{ ...SERVICE, host: 'other.test' }], deleted: [] },
  consumers: { upserted: [testConsumer()], deleted: [] },
});
const THIRD = applyDelta(SECOND, { routes: { upserted: [], deleted: [ROUTE.id] } });

/** The contract of publishers. Every publisher of the controller runs it, and third parties do too. */
export function describePublisher(suite: PublisherSuite): void {
  const scopes: TestScope[] = [];

  async function open(): Promise<PublisherTarget> {
    const scope = new TestScope();
    scopes.push(scope);
    return suite.open(scope);
  }

  describe(`contract of ${suite.name}`, () => {
    afterEach(async () => {
      for (const scope of scopes.splice(0)) {
        await scope.dispose();
        expect(scope.size).toBe(0);
      }
    });

    it('brings the whole, and then differences', async () => {
      const target = await open();
      await expectServed(target, change(1, FIRST, null), FIRST);
      await expectServed(target, change(2, SECOND, diff(FIRST, SECOND)), SECOND);
      await expectServed(target, change(3, THIRD, diff(SECOND, THIRD)), THIRD);
    });

    it('brings several changes in one', async () => {
      const target = await open();
      await expectServed(target, change(1, FIRST, null), FIRST);
      await expectServed(target, change(5, THIRD, diff(FIRST, THIRD)), THIRD);
    });

    it('brings a whole over another, and an empty one', async () => {
      const target = await open();
      await expectServed(target, change(1, SECOND, null), SECOND);
      await expectServed(target, change(2, FIRST, null), FIRST);
      await expectServed(target, change(3, emptyConfiguration(), null), emptyConfiguration());
    });

    it('takes a change that changes nothing', async () => {
      const target = await open();
      await expectServed(target, change(1, FIRST, null), FIRST);
      await expectServed(target, change(2, FIRST, {}), FIRST);
    });

    it('says when the target does not take it, and brings the whole afterwards', async () => {
      const target = await open();
      if (target.break === undefined || target.restore === undefined) return;
      await expectServed(target, change(1, FIRST, null), FIRST);
      await target.break();
      const result = await target.publisher.publish(change(2, SECOND, diff(FIRST, SECOND)), NEVER);
      expect(result).toMatchObject({ applied: false, error: expect.stringMatching(/./) });
      await target.restore();
      await expectServed(target, change(2, SECOND, null), SECOND);
    });

    it('settles when it is aborted', async () => {
      const { publisher } = await open();
      expectShape(await publisher.publish(change(1, FIRST, null), AbortSignal.abort()));
    });
  });
}

function change(revision: number, whole: Configuration, delta: ConfigurationDelta | null): ConfigurationChange {
  return { revision, full: () => whole, delta };
}

async function expectServed(target: PublisherTarget, next: ConfigurationChange, expected: Configuration): Promise<void> {
  const result = await target.publisher.publish(next, NEVER);
  expectShape(result);
  expect(result).toMatchObject({ applied: true, rejected: [], error: null });
  expect(essence(await target.served())).toEqual(essence(expected));
}

function expectShape(result: PublishResult): void {
  expect(result).toEqual({
    applied: expect.any(Boolean),
    rejected: expect.any(Array),
    error: result.error === null ? null : expect.any(String),
  });
}

/** What every target can tell of a configuration. */
function essence(configuration: Configuration): Record<EntityType, unknown[]> {
  const of = (entity: Entity): unknown => {
    const { id, name, host } = entity as { readonly id: string; readonly name?: string; readonly host?: string };
    return { id, name, host };
  };
  return Object.fromEntries(
    ENTITY_TYPES.map((type) => [type, configuration[type].map(of).sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))]),
  ) as Record<EntityType, unknown[]>;
}
