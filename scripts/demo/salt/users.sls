{% for name in ['anna', 'bilal', 'deploy'] %}
{{ name }}:
  group.present: []
  user.present:
    - gid: {{ name }}
    - home: /home/{{ name }}
    - createhome: False
    - shell: /bin/bash
    - require:
      - group: {{ name }}
{% endfor %}
sudoers:
  file.managed:
    - name: /etc/sudoers.d/deploy
    - contents: 'deploy ALL=(root) NOPASSWD: /usr/bin/systemctl reload nginx'
    - makedirs: True
    - mode: '0440'
