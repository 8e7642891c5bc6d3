export * from './coarse-now.ts';
export * from './fake-clock.ts';
export * from './seeded-random.ts';
export * from './system-clock.ts';
export * from './system-random.ts';
export * from './timer-wheel.ts';
