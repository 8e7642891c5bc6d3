import type { Configuration, ConfigurationDelta } from '@gibbon/contracts/entities';
import type { ConfigurationChange, Publisher, PublishResult } from '@gibbon/contracts/publisher';
import { PROXY_TARGETS } from '@gibbon/contracts/publisher';
import { HTTP_CLIENT } from '@gibbon/contracts/services';
import { TARGET_PROFILE, type PlaneName, type TargetProfile } from '@gibbon/contracts/translator';
import { createHttpClient } from '@gibbon/http-client';
import { diff, emptyConfiguration } from '@gibbon/model';
import { compileSchema } from '@gibbon/schema';
import { TestScope, TestServices } from '@gibbon/testing-contract-kits';
import definition, { TargetSet } from '../index.ts';

/** What a test's publisher is made with. */
export interface PublishingOptions {
  readonly urls?: readonly string[];
  readonly config?: Readonly<Record<string, unknown>>;
  readonly profile?: TargetProfile['kind'];
}

/** A publisher with a clock that stands still, and a configuration that goes from one state to the next. */
export class Publishing {
  readonly services: TestServices;
  readonly discovered = new TargetSet();
  readonly publisher: Publisher;
  /** What the publisher reported by itself. */
  readonly states: PublishResult[] = [];
  readonly #scope: TestScope;
  readonly #waiting = new Set<(state: PublishResult) => void>();
  #revision = 0;
  #current: Configuration | null = null;
  readonly #planes = new Map<PlaneName, Configuration>();

  constructor({ urls = [], config = {}, profile = 'gibbon' }: PublishingOptions, scope = new TestScope()) {
    this.#scope = scope;
    const clock = new TestServices().clock;
    const http = scope.own(createHttpClient(clock));
    this.services = new TestServices([
      [HTTP_CLIENT, http],
      [PROXY_TARGETS, this.discovered],
      [TARGET_PROFILE, { kind: profile, version: '3.9', routerFlavor: 'traditional_compatible' }],
    ]);
    const checked = compileSchema(definition.config)({ urls, ...config });
    if (!checked.ok) throw new Error(JSON.stringify(checked.problems));
    this.publisher = definition.create({
      config: checked.config as never,
      deps: this.services.resolve(definition.requires) as never,
      scope,
    });
    this.publisher.observe?.((state) => {
      this.states.push(state);
      for (const wake of this.#waiting) wake(state);
    });
  }

  publish(
    next: Configuration,
    delta: ConfigurationDelta | null = this.#current === null ? null : diff(this.#current, next),
  ): Promise<PublishResult> {
    this.#revision += 1;
    this.#current = next;
    return this.publisher.publish({ revision: this.#revision, full: () => next, delta }, new AbortController().signal);
  }

  /** Publishes what some other planes are now, `null` for those that are no more, and by the way what the shared one is. */
  publishPlanes(
    planes: Readonly<Record<PlaneName, Configuration | null>>,
    shared = this.#current ?? emptyConfiguration(),
  ): Promise<PublishResult> {
    this.#revision += 1;
    const revision = this.#revision;
    const delta = this.#current === null ? null : diff(this.#current, shared);
    this.#current = shared;
    const changes = Object.entries(planes).map(([plane, next]) => [plane, this.#planeChange(plane, next)] as const);
    return this.publisher.publish({ revision, full: () => shared, delta, planes: new Map(changes) }, new AbortController().signal);
  }

  #planeChange(plane: PlaneName, next: Configuration | null): ConfigurationChange | null {
    const before = this.#planes.get(plane);
    if (next === null) this.#planes.delete(plane);
    else this.#planes.set(plane, next);
    if (next === null) return null;
    return { revision: this.#revision, full: () => next, delta: before === undefined ? null : diff(before, next) };
  }

  /** The next state that the publisher reports by itself, or one that it has. */
  reported(matches: (state: PublishResult) => boolean): Promise<PublishResult> {
    const last = this.states.at(-1);
    if (last !== undefined && matches(last)) return Promise.resolve(last);
    return new Promise((resolve) => {
      const wake = (state: PublishResult): void => {
        if (!matches(state)) return;
        this.#waiting.delete(wake);
        resolve(state);
      };
      this.#waiting.add(wake);
    });
  }

  async end(): Promise<void> {
    await this.#scope.dispose();
  }
}
