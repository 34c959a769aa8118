/** All keys and commands, from the table of actions. */
import { Modal } from 'antd';
import { useDesk } from '../desk/desk.ts';
import { useText } from '../desk/hooks.ts';
import { actionGroups, actions } from './actions.ts';
import { usage } from './command-parser.ts';
import { keyCap } from './key-name.ts';

export default function Help() {
  const { t } = useText();
  return (
    <Modal
      open
      centered
      width="min(1280px, 94vw)"
      title={t('help.title')}
      footer={<p className="cb-help-foot">{t('help.mouse')}</p>}
      onCancel={() => useDesk.setState({ helpOpen: false })}
    >
      <div className="cb-help" tabIndex={0}>
        {actionGroups.map((group) => (
          <section key={group}>
            <h3>{t(`help.group.${group}`)}</h3>
            <table>
              <tbody>
                {actions
                  .filter((action) => action.group === group)
                  .map((action) => (
                    <tr key={action.id}>
                      <td className="cb-help-keys">
                        {action.keys.map((key) => (
                          <kbd key={key}>{keyCap(key)}</kbd>
                        ))}
                      </td>
                      <td>{t(action.label, action.labelOf ? { name: t(action.labelOf) } : {})}</td>
                      <td className="cb-help-command">
                        {action.command && <code>{usage(action.command, t)}</code>}
                      </td>
                    </tr>
                  ))}
              </tbody>
            </table>
          </section>
        ))}
      </div>
    </Modal>
  );
}
