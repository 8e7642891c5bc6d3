import { DNS_IMAGE } from '@gibbon/testbed';
import { describe, expect, it } from 'vitest';
import { sortImages } from './images.ts';

describe('sortImages', () => {
  it('gives all tags of the backend to one image, and leaves to the testbed what it has', () => {
    const echo = ['registry.example:5000/gateway-api/echo-basic:v1', 'registry.example:5000/gateway-api/echo-basic:v2'];
    expect(sortImages([...echo, DNS_IMAGE])).toEqual({ echo });
  });

  it('names an image that nobody makes', () => {
    expect(() => sortImages(['registry.example/echo-basic:v1', 'registry.example/echo-advanced:v1'])).toThrow(
      /not built here: registry\.example\/echo-advanced:v1$/,
    );
  });
});
