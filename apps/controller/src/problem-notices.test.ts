import type { Problem } from '@gibbon/controlplane-runtime';
import { describe, expect, it } from 'vitest';
import { noticesOf } from './problem-notices.ts';

const INGRESS = { kind: 'Ingress', namespace: 'shop', name: 'web' };
const PLUGIN = { kind: 'KongClusterPlugin', namespace: '', name: 'limits' };
const SERVICE = { kind: 'Service', namespace: 'shop', name: 'cart' };
const POD = { kind: 'Pod', namespace: 'gibbon', name: 'controller-1' };

function problem(fields: Partial<Problem>): Problem {
  return { ref: INGRESS, location: '', field: '', reason: 'PortNotFound', message: 'no such port', ...fields };
}

describe('noticesOf', () => {
  it('tells each object that a problem concerns, with the field to mend', () => {
    const changes = noticesOf({ appeared: [problem({ others: [SERVICE], field: 'spec.rules.1.port' })], solved: [] }, null);
    expect(changes).toEqual({
      raised: [
        {
          ref: INGRESS,
          type: 'Warning',
          reason: 'KongConfigurationTranslationFailed',
          message: 'spec.rules.1.port: no such port',
        },
        {
          ref: SERVICE,
          type: 'Warning',
          reason: 'KongConfigurationTranslationFailed',
          message: 'Ingress shop/web spec.rules.1.port: no such port',
        },
      ],
      withdrawn: [],
    });
  });

  it('withdraws what it raised', () => {
    const problems = [
      problem({ others: [SERVICE] }),
      problem({ ref: PLUGIN, reason: 'Rejected', message: 'refused' }),
      problem({ ref: null, reason: 'PublishFailed', location: 'admin-api', message: 'unreachable' }),
    ];
    const { raised } = noticesOf({ appeared: problems, solved: [] }, POD);
    expect(raised.map(({ ref, reason }) => `${ref.name} ${reason}`)).toEqual([
      'web KongConfigurationTranslationFailed',
      'cart KongConfigurationTranslationFailed',
      'limits KongConfigurationApplyFailed',
      'controller-1 KongConfigurationApplyFailed',
    ]);
    expect(noticesOf({ appeared: [], solved: problems }, POD).withdrawn).toEqual(raised);
  });

  it('says of its own Pod when proxies cannot be configured, and when they can again', () => {
    const failed = problem({ ref: null, reason: 'PublishFailed', location: 'admin-api', message: 'unreachable' });
    const recovered = {
      ref: POD,
      type: 'Normal',
      reason: 'KongConfigurationSucceeded',
      message: 'successfully applied Kong configuration to admin-api',
    };
    expect(noticesOf({ appeared: [failed], solved: [] }, POD)).toEqual({
      raised: [
        {
          ref: POD,
          type: 'Warning',
          reason: 'KongConfigurationApplyFailed',
          message: 'failed to apply Kong configuration to admin-api: unreachable',
        },
      ],
      withdrawn: [recovered],
    });
    expect(noticesOf({ appeared: [], solved: [failed] }, POD).raised).toEqual([recovered]);
    expect(noticesOf({ appeared: [failed], solved: [] }, null)).toEqual({ raised: [], withdrawn: [] });
  });

  it('has nothing to say of what no object is known for', () => {
    const unreadable = problem({ ref: null, reason: 'Unreadable', location: 'web.yaml:3:1' });
    expect(noticesOf({ appeared: [unreadable], solved: [] }, POD)).toEqual({ raised: [], withdrawn: [] });
  });

  it('says in its own words what no other controller has', () => {
    const gateway = { kind: 'Gateway', namespace: 'shop', name: 'web' };
    const { raised } = noticesOf(
      { appeared: [problem({ ref: gateway, reason: 'ProvisioningFailed', message: 'quota' })], solved: [] },
      null,
    );
    expect(raised).toEqual([{ ref: gateway, type: 'Warning', reason: 'ProvisioningFailed', message: 'quota' }]);
  });
});
