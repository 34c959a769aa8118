/** Categories are found by Chinese, pinyin, initials, English and what callers say; a line becomes a call. */
import { pinyin } from 'pinyin-pro';
import { describe, expect, it } from 'vitest';
import { categoryOf, searchCategories } from '../../../client/intake/category-search.ts';
import { categoryPinyin } from '../../../client/intake/category-pinyin.ts';
import { parsePrefill } from '../../../client/intake/prefill.ts';
import { categories, categoryCodes } from '../../../server/contract/categories.ts';

describe('the search of categories', () => {
  it('UI-106 knows how every name sounds', () => {
    for (const code of categoryCodes)
      expect([code, categoryPinyin[code]]).toEqual([
        code,
        pinyin(categories[code].name.zh, { toneType: 'none', type: 'array' }).join(' '),
      ]);
  });

  it.each([
    ['建筑火灾', 'fire.structure'],
    ['jzhz', 'fire.structure'],
    ['jianzhu', 'fire.structure'],
    ['Structure f', 'fire.structure'],
    ['fire', 'fire.structure'],
    ['车祸', 'traffic.collision'],
    ['xzzt', 'medical.cardiac'],
    ['gas', 'hazmat.gas-leak'],
    ['zaosheng', 'urban.noise'],
    ['MANHOLE', 'urban.manhole'],
  ])('UI-106 %s finds %s first', (typed, code) => {
    expect(searchCategories(typed)[0]).toBe(code);
  });

  it('UI-106 shows all where nothing is typed and none where nothing fits', () => {
    expect(searchCategories(' ')).toEqual(categoryCodes);
    expect(searchCategories('qqqq')).toEqual([]);
  });

  it('takes whole words only for a category', () => {
    expect(categoryOf('jz')).toBeNull();
    expect(categoryOf('f')).toBeNull();
    expect(categoryOf('Structure fire')).toBe('fire.structure');
  });
});

describe('what is typed after new', () => {
  it.each([
    ['', null, '', ''],
    ['jzhz 人民路5号', 'fire.structure', '人民路5号', ''],
    ['建筑火灾 人民路 5 号', 'fire.structure', '人民路 5 号', ''],
    ['火灾人民路5号', 'fire.structure', '人民路5号', ''],
    ['structure fire 12 Harbour Road', 'fire.structure', '12 Harbour Road', ''],
    ['人民医院 急救', 'medical.emergency', '人民医院', ''],
    ['车祸 解放路 13812345678', 'traffic.collision', '解放路', '13812345678'],
    ['人民路5号', null, '人民路5号', ''],
    ['12 Harbour Road', null, '12 Harbour Road', ''],
  ])('UI-107 “%s”', (line, category, address, phone) => {
    expect(parsePrefill(line)).toEqual({ category, address, phone });
  });
});
