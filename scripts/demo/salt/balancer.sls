haproxy:
  pkg.installed: []
  file.managed:
    - name: /etc/haproxy/haproxy.cfg
    - source: salt://files/haproxy.cfg
    - makedirs: True
    - require:
      - pkg: haproxy
      - cmd: certificate
  service.running:
    - enable: True
    - watch:
      - file: haproxy
