import { describePublisher, type TestScope } from '@gibbon/testing-contract-kits';
import definition from './index.ts';
import { FakeProxy } from './testing/fake-proxy.ts';
import { Publishing } from './testing/publishing.ts';

for (const kind of ['gibbon', 'kong'] as const) {
  describePublisher({
    name: `${definition.id} to ${kind}`,
    open: async (scope) => {
      const proxy = await new FakeProxy(kind).start();
      scope.own(() => proxy.stop());
      const publishing = new Publishing({ urls: [proxy.url], profile: kind }, scope as TestScope);
      return {
        publisher: publishing.publisher,
        // What an empty Kong is given so that it becomes ready is no configuration.
        served: async () => ({ ...proxy.served, upstreams: proxy.served.upstreams.filter(({ name }) => name !== 'kong') }),
        break: () => proxy.stop(),
        restore: async () => {
          await proxy.start();
          proxy.lose();
          const back = publishing.reported(({ applied }) => applied);
          await publishing.services.clock.advanceAsync(100);
          await back;
        },
      };
    },
  });
}
