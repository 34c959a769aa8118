/** The syllables and fixed names from which the demo city's names are made; no real place is meant. */
import type { LocalText } from '../../server/contract/text.ts';

const t = (zh: string, en: string): LocalText => ({ zh, en });

/** Planned roads: stem without the road word, road word, and the axis its parts are named by. */
export const plannedRoads: Readonly<
  Record<string, { stem: LocalText; word: LocalText; parts: 'ew' | 'ns' | null }>
> = {
  zhongshan: { stem: t('中山', 'Zhongshan'), word: t('路', 'Road'), parts: 'ns' },
  hubin: { stem: t('湖滨', 'Hubin'), word: t('路', 'Road'), parts: 'ns' },
  jianshe: { stem: t('建设', 'Jianshe'), word: t('路', 'Road'), parts: 'ns' },
  dongfeng: { stem: t('东风', 'Dongfeng'), word: t('大道', 'Avenue'), parts: 'ns' },
  gangcheng: { stem: t('港城', 'Gangcheng'), word: t('路', 'Road'), parts: null },
  keji: { stem: t('科技', 'Keji'), word: t('大道', 'Avenue'), parts: null },
  renmin: { stem: t('人民', 'Renmin'), word: t('路', 'Road'), parts: 'ew' },
  jiefang: { stem: t('解放', 'Jiefang'), word: t('路', 'Road'), parts: 'ew' },
  yucai: { stem: t('育才', 'Yucai'), word: t('路', 'Road'), parts: 'ew' },
  beihuan: { stem: t('北环', 'Beihuan'), word: t('路', 'Road'), parts: 'ew' },
  jiangnan: { stem: t('江南', 'Jiangnan'), word: t('大道', 'Avenue'), parts: 'ew' },
  yingbin: { stem: t('迎宾', 'Yingbin'), word: t('大道', 'Avenue'), parts: 'ew' },
  fazhan: { stem: t('发展', 'Fazhan'), word: t('大道', 'Avenue'), parts: 'ew' },
  yunfeng: { stem: t('云峰', 'Yunfeng'), word: t('路', 'Road'), parts: null },
  shannan: { stem: t('山南', 'Shannan'), word: t('路', 'Road'), parts: null },
  linshan: { stem: t('临山', 'Linshan'), word: t('路', 'Road'), parts: null },
  nanling: { stem: t('南岭', 'Nanling'), word: t('路', 'Road'), parts: null },
  liyuan: { stem: t('梨园', 'Liyuan'), word: t('路', 'Road'), parts: null },
  xihu: { stem: t('溪湖', 'Xihu'), word: t('路', 'Road'), parts: null },
  xiyuan: { stem: t('学院', 'Xueyuan'), word: t('路', 'Road'), parts: null },
  binjiang: { stem: t('滨江', 'Binjiang'), word: t('大道', 'Avenue'), parts: 'ew' },
  yanjiang: { stem: t('沿江', 'Yanjiang'), word: t('路', 'Road'), parts: 'ew' },
  huanhu: { stem: t('环湖', 'Huanhu'), word: t('路', 'Road'), parts: null },
  huancheng: { stem: t('环城', 'Huancheng'), word: t('路', 'Road'), parts: null },
  erhuan: { stem: t('二环', 'Second Ring'), word: t('高架路', 'Elevated Road'), parts: null },
  raocheng: { stem: t('绕城', 'Raocheng'), word: t('高速', 'Expressway'), parts: null },
  jichang: { stem: t('机场', 'Jichang'), word: t('高速', 'Expressway'), parts: null },
  beibu: { stem: t('临北', 'Linbei'), word: t('高速', 'Expressway'), parts: null },
  nanbu: { stem: t('临南', 'Linnan'), word: t('高速', 'Expressway'), parts: null },
  xibu: { stem: t('临西', 'Linxi'), word: t('高速', 'Expressway'), parts: null },
};

/** Bridges over the river, by the road they carry. */
export const bridges: Readonly<Record<string, LocalText>> = {
  hubin: t('望湖大桥', 'Wanghu Bridge'),
  zhongshan: t('临江大桥', 'Linjiang Bridge'),
  jianshe: t('建设大桥', 'Jianshe Bridge'),
  dongfeng: t('东风大桥', 'Dongfeng Bridge'),
  'erhuan-west': t('二环西大桥', 'Second Ring West Bridge'),
  'erhuan-east': t('二环东大桥', 'Second Ring East Bridge'),
  'raocheng-west': t('芳洲大桥', 'Fangzhou Bridge'),
  'raocheng-east': t('海门大桥', 'Haimen Bridge'),
};

const syllables = (text: string): LocalText[] =>
  text.split(' ').map((pair) => t(pair.slice(0, 1), pair.slice(1)));

export const firstSyllables = syllables(
  '文wen 新xin 和he 平ping 长chang 永yong 广guang 兴xing 富fu 安an 康kang 明ming 清qing 玉yu 金jin 银yin 翠cui 青qing 红hong 紫zi 云yun 龙long 凤feng 天tian 丹dan 松song 竹zhu 梅mei 桂gui 柳liu 荷he 兰lan 春chun 秋qiu 华hua 光guang 星xing 海hai 江jiang 泉quan 石shi 桃tao 瑞rui 祥xiang 福fu 德de 仁ren 义yi 学xue 书shu 望wang 朝zhao 景jing 雅ya 锦jin 秀xiu 盛sheng 宏hong 东dong 南nan 西xi 北bei',
);
export const secondSyllables = syllables(
  '华hua 昌chang 兴xing 泰tai 宁ning 安an 康kang 庆qing 源yuan 林lin 园yuan 山shan 溪xi 泉quan 湖hu 塘tang 桥qiao 阳yang 月yue 霞xia 风feng 江jiang 河he 岭ling 谷gu 田tian 苑yuan 庭ting 台tai 亭ting 门men 坊fang 村cun 港gang 洲zhou 丰feng 达da 顺shun 荣rong 贵gui 和he 平ping 民min 乐le 善shan 教jiao 化hua 胜sheng 利li 堂tang',
);

export interface DistrictPlan {
  readonly key: string;
  readonly name: LocalText;
  /** Where its growth starts, plane metres. */
  readonly seed: readonly [number, number];
  readonly streets: readonly LocalText[];
}

export const districtPlans: readonly DistrictPlan[] = [
  {
    key: 'gucheng',
    name: t('古城区', 'Gucheng District'),
    seed: [-400, 1400],
    streets: [
      t('鼓楼街道', 'Gulou Subdistrict'),
      t('文庙街道', 'Wenmiao Subdistrict'),
      t('东门街道', 'Dongmen Subdistrict'),
      t('西门街道', 'Ximen Subdistrict'),
      t('湖滨街道', 'Hubin Subdistrict'),
      t('解放路街道', 'Jiefanglu Subdistrict'),
      t('望江街道', 'Wangjiang Subdistrict'),
    ],
  },
  {
    key: 'xihu',
    name: t('溪湖区', 'Xihu District'),
    seed: [-5300, 700],
    streets: [
      t('环湖街道', 'Huanhu Subdistrict'),
      t('云峰街道', 'Yunfeng Subdistrict'),
      t('青溪街道', 'Qingxi Subdistrict'),
      t('芳洲街道', 'Fangzhou Subdistrict'),
      t('石塘街道', 'Shitang Subdistrict'),
    ],
  },
  {
    key: 'beicheng',
    name: t('北城区', 'Beicheng District'),
    seed: [500, 5600],
    streets: [
      t('育才街道', 'Yucai Subdistrict'),
      t('北苑街道', 'Beiyuan Subdistrict'),
      t('长林街道', 'Changlin Subdistrict'),
      t('站前街道', 'Zhanqian Subdistrict'),
      t('桃源街道', 'Taoyuan Subdistrict'),
      t('康宁街道', 'Kangning Subdistrict'),
    ],
  },
  {
    key: 'dongjiang',
    name: t('东江区', 'Dongjiang District'),
    seed: [6000, 3400],
    streets: [
      t('港城街道', 'Gangcheng Subdistrict'),
      t('船厂街道', 'Chuanchang Subdistrict'),
      t('东湾街道', 'Dongwan Subdistrict'),
      t('金沙街道', 'Jinsha Subdistrict'),
      t('凤鸣街道', 'Fengming Subdistrict'),
    ],
  },
  {
    key: 'jiangnan',
    name: t('江南新区', 'Jiangnan New Area'),
    seed: [1200, -3300],
    streets: [
      t('金融城街道', 'Jinrongcheng Subdistrict'),
      t('会展街道', 'Huizhan Subdistrict'),
      t('沿江街道', 'Yanjiang Subdistrict'),
      t('迎宾街道', 'Yingbin Subdistrict'),
      t('科创街道', 'Kechuang Subdistrict'),
      t('秀水街道', 'Xiushui Subdistrict'),
      t('南塘街道', 'Nantang Subdistrict'),
    ],
  },
  {
    key: 'nanshan',
    name: t('南山区', 'Nanshan District'),
    seed: [-4600, -5300],
    streets: [
      t('大学城街道', 'Daxuecheng Subdistrict'),
      t('学院街道', 'Xueyuan Subdistrict'),
      t('松林街道', 'Songlin Subdistrict'),
      t('翠屏街道', 'Cuiping Subdistrict'),
      t('白石街道', 'Baishi Subdistrict'),
    ],
  },
];
