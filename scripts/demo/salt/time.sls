chrony:
  pkg.installed: []
  file.managed:
    - name: /etc/chrony/chrony.conf
    - source: salt://files/chrony.conf
    - makedirs: True
    - require:
      - pkg: chrony
  service.running:
    - enable: True
    - watch:
      - file: chrony
